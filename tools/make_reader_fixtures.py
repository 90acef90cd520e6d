"""Makes fixtures/readers/: one small file per reader, good and broken. All content is invented.

    python tools/make_reader_fixtures.py            writes the files
    python tools/make_reader_fixtures.py --check    says whether they are what this script makes

Seeded: the same script gives the same bytes. `expected.json` beside the files holds what the
readers must make of each: rows read, and refusals as [row, reason], or the words of the error.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "readers"
SEED = 20260401
START_MS = 1_614_556_800_000
"""1 March 2021, 00:00 UTC."""
TWITTER_EPOCH_MS = 1_288_834_974_657
ACCOUNTS = ("harbour_lights", "quiet_orchard", "northern_ferry")
WORDS = [
    "river",
    "lamp",
    "bread",
    "evening",
    "window",
    "paper",
    "morning",
    "bridge",
    "garden",
    "letter",
    "music",
    "field",
]
CLIENTS = ("Web Client", "Phone Client", "Scheduler Nine")
REGIONS = ("江苏", "浙江", "江苏")
PLACES = {
    "harbour_lights": "Valparaíso,America/Santiago,lamps by the water",
    "northern_ferry": "Tromsø,Europe/Oslo,timetables",
    "quiet_orchard": "盐城,Asia/Shanghai,apples and pears",
}
"""Account -> location, zone and biography, as it says itself."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def posts(count: int = 48) -> list[dict[str, Any]]:
    """Invented posts in order of time."""
    rng = random.Random(SEED)  # noqa: S311 - test content, no secret
    rows: list[dict[str, Any]] = []
    moment = START_MS
    for number in range(count):
        moment += rng.randrange(600_000, 9_000_000)
        rows.append(
            {
                "account": rng.choice(ACCOUNTS),
                "t_ms": moment,
                "id": str(((moment - TWITTER_EPOCH_MS) << 22) | rng.randrange(4096)),
                "text": f"{rng.choice(WORDS)}, {rng.choice(WORDS)} {number}",
                "client": rng.choice(CLIENTS),
                "repost": rng.random() < 0.25,
                "region": rng.choice(REGIONS),
            }
        )
    return rows


def written(t_ms: int, form: str, shift_min: int = 0) -> str:
    """A time as text, `shift_min` east of UTC."""
    return (EPOCH + timedelta(milliseconds=t_ms, minutes=shift_min)).strftime(form)


def csv_text(rows: list[dict[str, Any]]) -> str:
    """CSV with epoch seconds."""
    lines = [f'{r["account"]},{r["t_ms"] // 1000},"{r["text"]}",{r["region"]}' for r in rows]
    return "account,epoch_seconds,text,ip_region\n" + "\n".join(lines) + "\n"


def archive(rows: list[dict[str, Any]], shift_min: int = 0) -> str:
    """CSV as Twitter's published information-operations archives have it."""
    lines = [
        f'"{r["id"]}","{r["account"]}","{r["account"]}",'
        f'"{written(r["t_ms"], "%Y-%m-%d %H:%M", shift_min)}","{r["client"]}",'
        f'"{r["repost"]}","","{r["text"]}"'
        for r in rows
    ]
    head = (
        '"tweetid","userid","user_screen_name","tweet_time","tweet_client_name","is_retweet",'
        '"in_reply_to_tweetid","tweet_text"\n'
    )
    return head + "\n".join(lines) + "\n"


def with_profiles(rows: list[dict[str, Any]]) -> str:
    """CSV with what the accounts say of themselves beside every post, and an address in some."""
    head = "account,epoch_seconds,text,user_location,user_timezone,user_description,urls"
    lines = [
        f'{r["account"]},{r["t_ms"] // 1000},"{r["text"]}",{PLACES[r["account"]]},'
        + (f"http://{r['account'].replace('_', '-')}.example/{n}" if n % 3 == 0 else "")
        for n, r in enumerate(rows)
    ]
    return "\n".join((head, *lines)) + "\n"


def accounts() -> str:
    """CSV of accounts, without posts; one row names no account."""
    lines = [
        f"{number},{name},2019-0{number}-11T08:30:00Z,{place.split(',')[0]},{number * 31}"
        for number, (name, place) in enumerate(sorted(PLACES.items()), start=1)
    ]
    head = "user_id,screen_name,created_at,location,followers_count"
    return "\n".join((head, *lines, "9,,2019-09-11T08:30:00Z,,5")) + "\n"


def naive(rows: list[dict[str, Any]], shift_min: int, *, ids: bool) -> str:
    """CSV whose times carry no offset."""
    head = "account,created_at,text" + (",tweet_id" if ids else "") + "\n"
    lines = [
        f'{r["account"]},{written(r["t_ms"], "%Y-%m-%d %H:%M:%S", shift_min)},"{r["text"]}"'
        + (f",{r['id']}" if ids else "")
        for r in rows
    ]
    return head + "\n".join(lines) + "\n"


def ndjson(rows: list[dict[str, Any]]) -> str:
    """One object a line, with nested accounts and times in words."""
    return "".join(
        json.dumps(
            {
                "created_at": written(r["t_ms"], "%a %b %d %H:%M:%S +0000 %Y"),
                "id_str": r["id"],
                "full_text": r["text"],
                "user": {"screen_name": r["account"]},
            },
            ensure_ascii=False,
        )
        + "\n"
        for r in rows
    )


def parquet(rows: list[dict[str, Any]]) -> bytes:
    """Parquet with instants."""
    import duckdb
    import pandas as pd

    frame = pd.DataFrame({"account": [r["account"] for r in rows],
                          "us": [r["t_ms"] * 1000 for r in rows],
                          "text": [r["text"] for r in rows]})  # fmt: skip
    path = FOLDER / "building.partial"
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.register("frame", frame)
    con.execute(
        "COPY (SELECT account, make_timestamptz(us) AS created_at, text FROM frame) "
        f"TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    con.close()
    data = path.read_bytes()
    path.unlink()
    return data


def zipped(text: str) -> bytes:
    """Gzip without a time stamp."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        file.write(text.encode())
    return out.getvalue()


def broken_csv(rows: list[dict[str, Any]]) -> bytes:
    """CSV with one row of each defect among good ones."""
    good = csv_text(rows).encode().splitlines(keepends=True)
    bad = [
        b"harbour_lights,1614600000\n",
        b"harbour_lights,1614600000,a,b,c\n",
        b'harbour_lights,1614600000,"never closed,x\n',
        b"harbour_lights,1614600000,caf\xe9,x\n",
        b"harbour_lights,1614600000,a\0b,x\n",
        b"harbour_lights,,text,x\n",
        b",1614600000,text,x\n",
        b"harbour_lights,yesterday,text,x\n",
        b"harbour_lights,2021-03-01 12:00:00,text,x\n",
        b"harbour_lights,12,text,x\n",
    ]
    out = [good[0]]
    for number, line in enumerate(bad):
        out += [good[1 + number], line]
    return b"".join(out)


BROKEN_CSV_REASONS = [
    "short_row",
    "long_row",
    "bad_quoting",
    "bad_encoding",
    "bad_encoding",
    "no_time",
    "no_account",
    "bad_time",
    "naive_time",
    "time_out_of_range",
]


def files() -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """Every fixture with what it must give."""
    rows = posts()
    lines = ndjson(rows).encode().splitlines(keepends=True)
    broken = b"".join([lines[0], lines[1][:40] + b"\n", lines[2], b"[1]\n", b"{}\n", lines[3]])
    array = json.dumps({"name": "invented", "messages": [json.loads(line) for line in lines]})
    made: dict[str, tuple[bytes, Mapping[str, Any]]] = {
        "generic.csv": (csv_text(rows).encode(), {"read": 48}),
        "generic.tsv.gz": (zipped(csv_text(rows).replace(",", "\t")), {"read": 48}),
        "archive.csv": (archive(rows).encode(), {"read": 48}),
        "archive_eight_hours_off.csv": (archive(rows, -480).encode(), {"error": "-8 h"}),
        "naive_with_ids.csv": (naive(rows, -480, ids=True).encode(), {"read": 48}),
        "naive.csv": (naive(rows, 480, ids=False).encode(), {"error": "carry no offset"}),
        "lines.ndjson": (b"".join(lines), {"read": 48}),
        "document.json": (array.encode(), {"read": 48}),
        "table.parquet": (parquet(rows), {"read": 48}),
        "broken.csv": (
            broken_csv(rows),
            {"read": 10, "refused": [[2 * i + 2, r] for i, r in enumerate(BROKEN_CSV_REASONS)]},
        ),
        "broken.ndjson": (
            broken,
            {"read": 3, "refused": [[2, "bad_json"], [4, "bad_json"], [5, "no_account"]]},
        ),
        "cut.json": (array.encode()[:-50], {"error": "damaged or cut off"}),
        "cut.parquet": (parquet(rows)[:-40], {"error": "damaged"}),
        "cut.csv.gz": (zipped(csv_text(rows))[:-30], {"error": "damaged"}),
        "profiles.csv": (with_profiles(rows).encode(), {"read": 48}),
        "accounts.csv": (accounts().encode(), {"read": 3, "refused": [[4, "no_account"]]}),
        "no_time.csv": (b"account,text\nquiet_orchard,lamp\n", {"error": "no column holds times"}),
        "no_header.csv": (csv_text(rows).encode().split(b"\n", 1)[1], {"error": "first row"}),
        "binary.csv": (random.Random(SEED).randbytes(400), {"error": "binary"}),  # noqa: S311 - test content, no secret
        "empty.csv": (b"", {"error": "empty"}),
    }
    expected = {name: dict(what) for name, (_, what) in made.items()}
    return {name: data for name, (data, _) in made.items()}, expected


def main() -> int:
    """Write the files, or compare them; 1 if they differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    FOLDER.mkdir(parents=True, exist_ok=True)
    data, expected = files()
    text = json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    data["expected.json"] = text.encode()
    wrong = 0
    for name, content in data.items():
        path = FOLDER / name
        if not check:
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            wrong += 1
            print(f"differs: {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
