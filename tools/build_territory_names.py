"""Build `forensics/reference/data/territory_names.tsv.gz`: countries as platforms name them.

    python tools/build_territory_names.py [--cache FOLDER]

Interfaces of platforms name countries in the language of whoever looks. The names are those of
Unicode's CLDR, taken from the package `babel` (one version, checked against its hash), in the
languages below. A name that stands for two territories keeps both; territories that the table of
areas does not know are left out. Writes the same bytes each time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import json
import sys
import zipfile
from pathlib import Path

from reference_sources import Source, check, fetch

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "forensics" / "reference" / "data"
TABLE = "territory_names.tsv.gz"
BABEL = Source(
    package="babel",
    registry="PyPI",
    version="2.18.0",
    sha256="e2b422b277c2b9a9630c1d7903c2a00d0830c409c59ac8cae9081c92f1aeba35",
    file="babel-2.18.0-py3-none-any.whl",
    members=("babel/locale-data/*.dat", "babel/locale-data/LICENSE.unicode"),
    licence="code BSD-3-Clause; data Unicode License V3",
    licence_file="CLDR-Unicode-3.0.txt",
    attribution="Unicode CLDR, Unicode License V3",
    url="https://cldr.unicode.org/",
)
LANGUAGES = """
en zh zh_Hant zh_Hant_HK ja ko vi th lo km my id ms fil mn
ru uk be kk ky uz tg tk az ka hy
fa ps ku ar he ur tr hi bn ta te ml mr gu pa ne si
es pt fr de it nl ca eu gl pl cs sk hu ro bg sr hr bs sl sq mk el
lt lv et fi sv nb da is ga sw am
"""
"""Languages of interfaces, large ones and those of operations that were made public."""


def names_of(languages: list[str], known: set[str]) -> dict[str, set[str]]:
    """Name in lower case -> ISO 3166-1 alpha-2 codes."""
    locale = importlib.import_module("babel").Locale  # unpacked a moment ago, installed nowhere
    found: dict[str, set[str]] = {}
    for language in languages:
        for code, name in locale.parse(language).territories.items():
            if code in known:
                found.setdefault(" ".join(name.casefold().split()), set()).add(code)
    return found


def main() -> None:
    """Write the table and the file that says where it is from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("build/reference-cache"))
    cache = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    fetch(BABEL, cache)
    check(BABEL, cache)
    with zipfile.ZipFile(cache / BABEL.file) as wheel:
        wheel.extractall(cache / "babel-2.18.0")
    sys.path[:0] = [str(cache / "babel-2.18.0"), str(ROOT)]
    from forensics.reference.places import load_areas

    known = {area.code for area in load_areas().values() if area.level == "country"}
    names = names_of(LANGUAGES.split(), known)
    lines = [f"{name}\t{' '.join(sorted(names[name]))}" for name in sorted(names)]
    plain = ("\n".join(lines) + "\n").encode()
    packed = gzip.compress(plain, compresslevel=9, mtime=0)
    (DATA / TABLE).write_bytes(packed)
    licence = cache / "babel-2.18.0" / "babel" / "locale-data" / "LICENSE.unicode"
    (DATA / "LICENSES" / BABEL.licence_file).write_bytes(licence.read_bytes())
    about = {
        "about": "Names of countries and territories in the languages of interfaces.",
        "made_by": "tools/build_territory_names.py",
        "file": TABLE,
        "sha256": hashlib.sha256(packed).hexdigest(),
        "sha256_uncompressed": hashlib.sha256(plain).hexdigest(),
        "rows": len(lines),
        "languages": LANGUAGES.split(),
        "changes": "short names only, in lower case, joined over all languages; territories "
        "outside the table of areas left out",
        "package": BABEL.package,
        "registry": BABEL.registry,
        "version": BABEL.version,
        "package_sha256": BABEL.sha256,
        "licence": BABEL.licence,
        "licence_file": f"LICENSES/{BABEL.licence_file}",
        "attribution": BABEL.attribution,
        "url": BABEL.url,
    }
    text = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (DATA / TABLE.replace(".tsv.gz", ".json")).write_text(text, encoding="utf-8")
    print(len(lines), len(plain), len(packed))


if __name__ == "__main__":
    main()
