"""The central types. Everything the layers hand to each other is one of these.

All are frozen. Numbers are integers with their unit in the name (`_us`, `_min`, `_udeg`, `_m`,
`_mdb`, `_ppm`), so that a row written today has the same bytes in ten years and in any language:
canonical JSON holds no floats.
"""

# long: the types that all layers share stand together, so that they are read in one go

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
"""JSON without floats: the only values that may enter the record or a table."""

Progress: TypeAlias = Callable[[str, int, int | None], None]
"""Called with (stage, done, total or None). Called often; it must be cheap."""

Basis = Literal["platform_utc", "written_offset", "stated", "inferred", "id_clock"]
"""How we know which zone a time was written in."""

ClockWriter = Literal[
    "platform", "exporter", "collector", "camera", "satellite", "editor", "device", "unknown"
]
"""Whose clock wrote a time."""

PostKind = Literal["original", "repost", "quote", "reply", "unknown"]
Status = Literal["found", "nothing_found", "insufficient", "not_looked"]
"""What a finder answers. The four words stay four words: looking and finding nothing is a result,
too little data is another, and not having looked is a third."""

Rung = Literal["zone", "country", "province", "city", "organisation"]
ProfileField = Literal[
    "name",
    "id",
    "location",
    "zone",
    "language",
    "created",
    "bio",
    "url",
    "based_in",
    "connected_via",
    "region",
    "managed_from",
    "phone_country",
]
"""What is kept of an account; see `Profile.field`."""

Role = Literal[
    "operator_present",
    "operator_registered",
    "device_present",
    "platform_inferred",
    "content_subject",
    "claimed_by_persona",
    "previous_owner",
]
MOVING_ROLES: frozenset[Role] = frozenset(
    {"operator_present", "operator_registered", "device_present", "platform_inferred"}
)
"""Only clues in these roles move a hypothesis about where the operator is."""

SetBy = Literal["platform", "operator", "third_party", "unknown"]
Category = Literal["technical", "behavioural", "contextual"]
Access = Literal["open", "proprietary", "classified"]
"""Who can look at what a clue rests on: anybody, whoever holds the data, or cleared people."""
WeightBasis = Literal["measured", "modelled", "judged"]
Confidence = Literal["low", "moderate", "high"]

REFUSAL_REASONS: Mapping[str, str] = {
    "no_time": "the row has no time",
    "bad_time": "the time cannot be read",
    "naive_time": "the time has no zone and none was stated",
    "ambiguous_time": "the local time occurred twice (clock set back)",
    "missing_local_time": "the local time never existed (clock set forward)",
    "time_out_of_range": "the time lies outside 2000 to 2037",
    "no_account": "the row names no account",
    "short_row": "the row has fewer fields than the header",
    "long_row": "the row has more fields than the header",
    "bad_quoting": "quotes are not closed",
    "bad_json": "the line is not a JSON object, or says a key twice",
    "bad_encoding": "the bytes are not valid text",
    "unreadable": "the file cannot be opened",
    "empty_file": "the file is empty",
    "unknown_format": "no reader knows this format",
    "no_time_column": "no column holds times",
    "no_account_column": "no column names accounts",
    "too_large": "larger than the limit for this kind of file",
    "not_a_file": "neither a regular file nor a directory",
    "damaged": "the file is damaged",
    "no_metadata": "the image carries no metadata",
    "no_hemisphere": "the position names no hemisphere",
    "zero_denominator": "the position has a zero denominator",
    "null_island": "the position is exactly 0, 0",
    "impossible_position": "the position is outside the globe",
    "incomplete_position": "the position lacks its latitude or its longitude",
    "placeholder_time": "the time is a placeholder",
    "relative_time": "the time was reckoned back from an age such as '3 days ago'",
    "unsupported_container": "the container format is not supported",
    "encrypted": "a password is needed to read it",
    "nested_archive": "an archive inside an archive",
    "duplicate_name": "the archive has another member of this name",
    "repeated_post": "the post stands in another row or file that was read",
}
"""Closed list of reasons, each with its sentence."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was received. Named by its hash, never changed."""

    sha256: str
    """SHA-256 of the bytes, 64 lower-case hex digits."""
    size: int
    """Length in bytes."""
    media_type: str
    """MIME type found from the content, not from the name."""
    name_as_received: str
    """Name (relative path inside the input given), as data; never used as a path to write to."""
    received_at: str | None = None
    """Claimed time of receipt, ISO 8601, or None."""
    received_from: str | None = None
    """Claimed sender."""
    received_by: str | None = None
    """Claimed receiver."""
    how: str | None = None
    """Claimed way of receipt."""
    note: str | None = None
    """Free text."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in time, with whose clock wrote it and how we know its zone."""

    utc_us: int
    """Microseconds since 1970-01-01T00:00:00Z."""
    basis: Basis
    """How the zone is known."""
    clock_writer: ClockWriter
    """Whose clock wrote it."""
    offset_as_written_min: int | None = None
    """Offset from UTC that stood beside the time, in minutes east; None if none did."""
    precision_s: int = 1
    """Resolution of the written time, in seconds (60 = floored to the minute)."""
    raw: str = ""
    """The text it was read from."""
    assumption: str | None = None
    """The stated assumption this rests on, such as "Asia/Shanghai"; None if it rests on none."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A time without a zone, kept as it was written: it is not an instant."""

    text: str
    """`YYYY-MM-DDTHH:MM:SS`."""
    offset_min: int | None = None
    """Offset written beside it, in minutes east; None where there is none."""
    fraction: str = ""
    """Digits after the point of the seconds, as written: `07` is 70 ms. Empty where none stand."""


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the globe with its radius. An area is never written as a Position."""

    lat_udeg: int
    """Latitude in microdegrees, north positive."""
    lon_udeg: int
    """Longitude in microdegrees, east positive."""
    radius_m: int
    """Radius of the circle that holds the true point, in metres."""
    basis: str
    """Where it was read: exif, xmp, text, quicktime ..."""
    raw: str = ""
    """The text or fractions it was read from."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post. The bulk of them lives in `tables/posts.parquet`; this is one row of it."""

    id: str | None
    account: str
    when: Instant
    text: str | None
    kind: PostKind
    client: str | None
    language: str | None
    urls: tuple[str, ...]
    labels: tuple[str, ...]
    """Location labels as the platform shows them."""
    media: tuple[str, ...]
    """Names of files attached to the post."""
    original: str
    """SHA-256 of the file the post was read from."""
    row: int
    """Record number in that file; the first record after a header is 1."""
    id_clock_gap_s: int | None = None
    """Time of the column less the time inside the id, in seconds; None if the id has no clock."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One fact of an account that does not belong to a single post, as an export states it.

    There is one for each distinct (account, field, value), so that a change shows as two values.
    """

    account: str
    """The account, named as in the table of posts where it has posts."""
    field: ProfileField
    """name (shown beside the handle), id (the platform's), location (as the persona states it),
    zone (as set in the settings), language (of the settings), created (ISO 8601; with `Z` where
    UTC is known, a date alone where no more is written), bio, url (on the profile); based_in,
    connected_via, region and managed_from are the platform's own words (X "about this account",
    the region by network address on a profile, countries of a page's managers); phone_country is
    an ISO 3166-1 code or the country's dialling code, never a number."""
    value: str
    """Its value, without surrounding space. Text of the persona: shown only where quoted."""
    captured_us: int | None
    """When the export says it was captured: the first time, UTC microseconds; None if it does
    not say."""
    original: str
    """SHA-256 of the file it first stands in."""
    row: int
    """First record that shows it."""
    n: int = 0
    """Posts that were read and carry it; 0 where it stands apart from posts."""
    first_us: int | None = None
    """Time of the first such post. Where an export repeats today's profile beside every post,
    that is no time at which the profile said so."""
    last_us: int | None = None
    """Time of the last such post."""


@dataclass(frozen=True, slots=True)
class ImageTime:
    """One claim about time made by an image file. Claims are never merged."""

    field: str
    """What the file calls it: exif_original, exif_digitised, exif_modified, gps, xmp_history ..."""
    clock_writer: ClockWriter
    """Whose clock wrote it."""
    local: LocalTime | None = None
    """The time as written, where it has no instant of its own."""
    instant: Instant | None = None
    """The instant, where the claim carries its own zone."""


@dataclass(frozen=True, slots=True)
class Image:
    """What one image file says about itself. Whatever it says may have been planted."""

    original: str
    """SHA-256 of the file."""
    name: str
    """Name as received."""
    format: str
    """jpeg, png, webp, tiff, heif, gif, mp4 ..."""
    times: tuple[ImageTime, ...] = ()
    positions: tuple[Position, ...] = ()
    altitude_mm: int | None = None
    camera: Mapping[str, str] = field(default_factory=dict)
    """make, model, body_serial, lens_serial, lens_model."""
    software: str | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    """xmp_document_id, xmp_original_document_id, xmp_instance_id, icc_description ..."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    width_px: int | None = None
    height_px: int | None = None
    thumbnail_bytes: int | None = None
    clock_offset_min: int | None = None
    """Zone of the camera's clock: written time less satellite time, to 15 minutes."""
    clock_residual_s: int | None = None
    """What is left of that difference after rounding to 15 minutes."""
    stripped: bool = False
    """True if the file carries no metadata at all, as platforms leave it."""
    accounts: tuple[str, ...] = ()
    """Accounts whose posts name this file."""
    gps: Mapping[str, int | str] = field(default_factory=dict)
    """What stands beside a position: error_mm, dop_milli, direction_mdeg (of view), destination,
    speed, method, fix ..., each with its unit in its name."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Traces of programs and platforms: app, platform, screenshot, program, jpeg_quality,
    thumbnail ... Leads, none of them proof."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Input that was not used, with the reason. It stays in the denominator."""

    original: str
    """SHA-256 of the file, or its name where it could not be read."""
    where: str
    """row 17 | byte 1024 | field GPSLatitude | file"""
    reason: str
    """A key of REFUSAL_REASONS."""
    raw: str = ""
    """At most 200 characters of what was refused."""

    def __post_init__(self) -> None:
        """Keep the list of reasons closed."""
        if self.reason not in REFUSAL_REASONS:
            msg = f"unknown refusal reason {self.reason!r}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class RowRef:
    """A pointer from a number to the row it came from."""

    original: str
    row: int


@dataclass(frozen=True, slots=True)
class Observation:
    """A computed value, with everything needed to compute it again."""

    id: str
    """Stable within a run, such as `hours:A:offsets`."""
    about: str
    """Account, cluster or image it is about."""
    statement: str
    """One sentence with the value in it."""
    value: Json
    """The value; no floats."""
    interval: tuple[int, int] | None
    """Low and high end in the same unit, or None."""
    unit: str
    """Unit of the value: posts, min, ppm, mdb, udeg ..."""
    rows: tuple[RowRef, ...]
    """Rows it rests on: at most ten examples; `rows_total` counts them all."""
    rows_total: int
    method: str
    """Name of the method, as documented under docs/methods/."""
    version: str
    """Versions the value depends on: gnomon, zone database, library ..."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ZoneLikelihood:
    """How well each time zone explains the clue. A likelihood, not a posterior."""

    mdb: Mapping[str, int]
    """IANA zone name -> milli-decibans relative to the best zone (so the best is 0)."""


@dataclass(frozen=True, slots=True)
class AreaLikelihood:
    """The clue names a set of areas."""

    areas: tuple[str, ...]
    """ISO 3166-1 alpha-2 (CN), ISO 3166-2 (CN-JS) or admin-2 codes (CN-JS.3209)."""
    miss_ppm: int
    """Chance that such a clue names a wrong area though nobody lied."""
    most_mdb: int | None = None
    """Most that a place inside may gain on one outside, in milli-decibans; None for no such limit.
    For clues whose weight is judged."""


@dataclass(frozen=True, slots=True)
class PointLikelihood:
    """The clue names a point."""

    position: Position


@dataclass(frozen=True, slots=True)
class KindLikelihood:
    """How well each kind of hypothesis explains the clue, whatever the place."""

    mdb: Mapping[str, int]
    """Kind of hypothesis (scheduler ...) -> milli-decibans against people posting by hand at a
    place; a kind that is not named has 0."""


@dataclass(frozen=True, slots=True)
class CountryLikelihood:
    """How well the working calendar of each country explains the clue. No posterior."""

    mdb: Mapping[str, int]
    """ISO 3166-1 alpha-2 -> milli-decibans relative to the best country (so the best is 0); the key
    "" stands for every country that is not named."""


@dataclass(frozen=True, slots=True)
class SunSighting:
    """Where the sun was seen from one picture: its height, its direction, or both."""

    elevation_mdeg: int | None
    """Of the centre of the sun without air, in thousandths of a degree."""
    elevation_sigma_mdeg: int
    """Standard error; 0 only where there is no elevation."""
    azimuth_mdeg: int | None
    """From true north through east."""
    azimuth_sigma_mdeg: int
    """Standard error; 0 only where there is no azimuth."""


@dataclass(frozen=True, slots=True)
class SunShot:
    """One moment, however well it is known, and all that was seen of the sun at it."""

    from_us: int
    """Start of the interval that holds the moment, microseconds since 1970."""
    to_us: int
    """Its end; equal to the start where the moment is known."""
    days: int
    """Days in a row on which the interval may have been; 1 if the date is known."""
    local: bool
    """True if the times are of the wall clock of the place, counted as if it were UTC."""
    sightings: tuple[SunSighting, ...]


@dataclass(frozen=True, slots=True)
class SunLikelihood:
    """How well each place explains the height and direction of the sun in one scene."""

    shots: tuple[SunShot, ...]
    one_clock: bool = False
    """True if all shots share one unknown error of one clock: their intervals are equally long."""


@dataclass(frozen=True, slots=True)
class RowLikelihood:
    """What a person judged about hypotheses by name. It says nothing about places."""

    rows: Mapping[str, tuple[int, int, int]]
    """Hypothesis -> milli-decibans as judged, their low and their high end, against somebody placed
    at random; a hypothesis that is not named has 0."""


Likelihood: TypeAlias = (
    ZoneLikelihood
    | CountryLikelihood
    | AreaLikelihood
    | PointLikelihood
    | KindLikelihood
    | SunLikelihood
    | RowLikelihood
)


@dataclass(frozen=True, slots=True)
class Clue:
    """A finding that bears on where the operators of a unit are."""

    id: str
    """Stable within a run: `<kind>:<unit>:<what>`. The report numbers them C1, C2 ..."""
    kind: str
    """hours, automation, label, image_position, image_clock, phone, plate, filing ..."""
    unit: str
    """The unit (account or cluster) whose operators it is about."""
    statement: str
    observations: tuple[str, ...]
    """Ids of the observations it rests on."""
    group: tuple[str, ...]
    """Keys such as `persona:a1`, `ip:weibo`, `content:<hash>`. Clues that share a key fail together
    and are weighed once."""
    role: Role
    set_by: SetBy
    category: Category
    grade: str
    """Admiralty pair, such as F6 (the honest default)."""
    planted_chance_ppm: int
    """Chance that someone planted it, by its cost to fake."""
    likelihood: Likelihood
    accounts: tuple[str, ...] = ()
    """Accounts that carry it."""
    valid_from: str | None = None
    valid_to: str | None = None
    access: Access = "open"
    """Who can look at what it rests on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one finder about one unit. There always is one, also when nothing was found."""

    finder: str
    unit: str
    status: Status
    statement: str
    observations: tuple[Observation, ...] = ()
    clues: tuple[Clue, ...] = ()
    limits: tuple[str, ...] = ()
    """What this answer does not show, as sentences."""
    details: Mapping[str, Json] = field(default_factory=dict)
    """Numbers for figures and for `--json`. No floats."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of the stories that could explain the data."""

    id: str
    statement: str
    rung: Rung
    prior_ppm: int
    prior_reason: str
    kind: Literal["place", "audience", "scheduler", "imitation", "none"] = "place"
    areas: tuple[str, ...] = ()
    """For a place: area codes. A more specific hypothesis takes its places out of a wider one."""
    zone: str | None = None
    """For an audience: the zone whose day the posts would follow."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one group of clues says about one hypothesis, in milli-decibans."""

    group: str
    hypothesis: str
    mdb: int
    low_mdb: int
    high_mdb: int
    basis: WeightBasis
    reference: str
    """Against whom the likelihood is compared."""
    reason: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What may be said, how sure one may be, and what it does not say."""

    statement: str
    unit: str
    hypothesis: str | None
    rung: Rung | None
    probability_ppm: int | None
    """Probability of the leader under the lowest standing test."""
    likelihood: str | None
    """ICD 203 term for it, never stronger than the lowest standing test."""
    confidence: Confidence
    reasons: tuple[str, ...]
    """Why the confidence is what it is."""
    lowest_test: str
    against: tuple[str, ...]
    assumptions: tuple[str, ...]
    would_change: tuple[str, ...]
    does_not_say: tuple[str, ...]
    clues: tuple[str, ...] = ()
    """Ids of the clues it rests on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record."""

    seq: int
    prev: str
    at: str
    """Local clock of the maker: claimed, not proved."""
    who: str
    tool: str
    kind: str
    body: Mapping[str, Json]
