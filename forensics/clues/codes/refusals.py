"""Why something with the shape of a code is none: a closed list, each with its words."""

from __future__ import annotations

from collections.abc import Mapping

REFUSED: Mapping[str, str] = {
    "phone_not_in_plan": "no number of any number plan",
    "phone_no_country": "a number of no country",
    "phone_not_chinese": "a number without country code in a text that is not Chinese",
    "phone_ambiguous": "a number without country code that several countries may have given out",
    "plate_no_prefecture": "a plate of no prefecture",
    "plate_unknown_region": "a plate whose region is in no table",
    "filing_unknown_character": "a filing with an unknown first character",
    "filing_placeholder": "a filing whose digits do not fit its character",
    "company_check_digit": "a company number whose check digit or region does not fit",
    "resident_check_digit": "a personal number whose check digit, day or region does not fit",
    "division_unknown": "a division code of no province",
    "position_out_of_range": "coordinates outside the globe",
    "position_too_coarse": "coordinates of whole degrees without marks",
    "position_ambiguous": "coordinates that can be read in two ways",
    "position_null_island": "coordinates of exactly 0, 0",
    "position_readers_disagree": "coordinates that two readers read differently",
    "position_needs_reference": "short plus codes, which need a place beside them",
    "position_impossible_cell": "grid references that do not lie in their zone",
}
