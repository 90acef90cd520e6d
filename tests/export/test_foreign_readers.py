"""What other programs make of the exports. Each test is left out where its program is missing.

pyogrio, stix2 and networkx are asked in the tests of their formats.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from forensics.export import caseuco, kml, misp, rocrate
from forensics.export.features import features
from forensics.export.handed import Handed
from forensics.job import exporting

# Warnings of these programs about themselves are no defect of ours.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_rocrate_reads_the_crate(handed: Handed, tmp_path: Path) -> None:
    reader = pytest.importorskip("rocrate.rocrate")
    written = rocrate.write(handed, tmp_path / "crate")
    crate = reader.ROCrate(tmp_path / "crate")
    assert {one.id for one in crate.data_entities} == {
        path.name for path in written if path.name != rocrate.METADATA
    }
    exported = crate.dereference("#export")
    assert exported.type == "CreateAction"
    assert {one.id for one in exported["result"]} == {one.id for one in crate.data_entities}
    assert all(one["sha256"] for one in exported["object"])


def _case_validate(path: Path) -> subprocess.CompletedProcess[str]:
    code = "from case_utils.case_validate import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )


def test_case_validate_finds_nothing_not_even_warnings(handed: Handed, tmp_path: Path) -> None:
    pytest.importorskip("case_utils")
    (path,) = caseuco.write(handed, tmp_path / caseuco.NAME)
    done = _case_validate(path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "Conforms: True" in done.stdout
    broken = tmp_path / "broken.jsonld"
    broken.write_text(path.read_text("utf-8").replace('Z"\n', 'Z, perhaps"\n'), "utf-8")
    assert _case_validate(broken).returncode != 0, "the validator does not look at times"


def test_pymisp_loads_the_event(handed: Handed, tmp_path: Path) -> None:
    pymisp = pytest.importorskip("pymisp")
    (path,) = misp.write(handed, tmp_path / misp.NAME)
    event = pymisp.MISPEvent()
    event.load_file(str(path))
    ours = misp.event(handed)
    assert event.uuid == ours["uuid"]
    assert not event.published
    assert [one.uuid for one in event.objects] == [one["uuid"] for one in ours["Object"]]
    for one in event.objects:
        template = pymisp.MISPObject(one.name, standalone=False)
        assert one.template_uuid == template.template_uuid
        known = template._definition["attributes"]
        assert {row.object_relation for row in one.attributes} <= set(known)
        for row in one.attributes:
            assert row.type == known[row.object_relation]["misp-attribute"]


def test_lxml_reads_the_same_placemarks(handed: Handed, tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    mapped = exporting._hand(handed.case, "map", exporting.silent)[0]
    (path,) = kml.write(mapped, tmp_path / kml.NAME)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.parse(str(path), parser).getroot()
    found, _ = features(mapped)
    space = "{http://www.opengis.net/kml/2.2}"
    marks = [one.get("id") for one in root.iter(f"{space}Placemark")]
    assert sorted(marks) == sorted(f"f-{one.id}" for one in found)
    assert not [*root.iter(f"{space}Point"), *root.iter(f"{space}description")]
