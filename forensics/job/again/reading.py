"""Reading the originals again, with what only an extra can read taken over where it is missing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forensics.case import Case
from forensics.clues import Evidence
from forensics.errors import CaseError
from forensics.job.again.parts import Part
from forensics.job.again.stage import Stage
from forensics.job.boundaries import brought_into, outline_rows
from forensics.job.image_intake import CREDENTIALS, checker
from forensics.job.image_texts import TEXT_REFUSALS, TEXTS, TEXTS_READ
from forensics.job.intake import read_evidence
from forensics.job.lines import say_once
from forensics.job.settings import RunSettings
from forensics.model import Json, Progress
from forensics.pixels.recognise import missing_packages
from forensics.read.boundaries import read_boundaries

WITH_OCR = frozenset({TEXTS, TEXTS_READ, TEXT_REFUSALS})


def settings_of(case: Case) -> RunSettings:
    """What the case was told, reading text in pictures included.

    Raises:
        CaseError: the first line of the record holds no settings of a run.
    """
    told = RunSettings.from_json(case.question, case.settings)
    limit = case.settings.get("ocr_limit")
    return replace(told, ocr=True, ocr_limit=limit) if isinstance(limit, int) else told


def read_again(
    source: Case, stage: Stage, told: RunSettings, progress: Progress
) -> tuple[Case, Evidence, list[Part]]:
    """The evidence out of the originals; with what could not be read here.

    Raises:
        ReadError: nothing could be read, as by the run itself.
    """
    missing = missing_packages() if told.ocr else ()
    case = stage.case()
    evidence = read_evidence(case, replace(told, ocr=told.ocr and not missing), progress)
    body = _last_read(case)
    recorded = stage.last("read")
    parts: list[Part] = []
    taken: set[str] = set()
    if recorded is not None:
        if missing and "texts" in recorded.body:
            parts.append(_taken_over("text in pictures", f"needs {' and '.join(missing)}"))
            taken |= WITH_OCR
            body["texts"] = recorded.body["texts"]
        if checker() is None and recorded.body.get("checker"):
            parts.append(_taken_over("signed provenance of pictures", "needs the extra c2pa"))
            taken.add(CREDENTIALS)
            body["checker"] = recorded.body["checker"]
        if body.get("checker") and not recorded.body.get("checker"):
            said = "the case was made without the extra c2pa, which is here: left out again"
            parts.append(Part("signed provenance of pictures", "not repeated", said))
            del body["checker"]
            (case.tables / CREDENTIALS).unlink()
    if not parts or recorded is None:
        return case, evidence, parts
    for name in taken:
        shutil.copyfile(source.tables / name, case.tables / name)
    body["tables"] = _tables(body, recorded.body, taken)
    case = stage.rewind()
    say_once(case, "read", body)
    return case, read_evidence(case, told, progress), parts


def _last_read(case: Case) -> dict[str, Any]:
    last = case.last("read")
    return dict(last.body) if last is not None else {}


def _taken_over(name: str, why: str) -> Part:
    return Part(name, "not repeated", f"{why}; taken over as the case has it")


def _tables(
    body: Mapping[str, Any], recorded: Mapping[str, Any], taken: set[str]
) -> list[dict[str, Json]]:
    """The tables of the line, in the order of the recorded one: made again, or taken over."""
    fresh = {ref["name"]: ref for ref in body["tables"]}
    if not recorded.get("checker"):
        fresh.pop(CREDENTIALS, None)
    before = {ref["name"]: ref for ref in recorded["tables"]}
    fresh |= {name: before[name] for name in taken if name in before}
    order = [*before, *(name for name in fresh if name not in before)]
    return [fresh[name] for name in order if name in fresh]


def boundaries_again(source: Case, case: Case) -> None:
    """The tables of boundaries that people brought, out of their originals.

    Raises:
        CaseError: the record names a file that was not received.
        ReadError: a file holds no boundaries that can be used.
    """
    known = {item.sha256 for item in source.originals()}
    for one in brought_into(source):
        if one.sha256 not in known:
            raise CaseError("names boundaries that were not received", where="record.jsonl")
        path = source.path_of(one.sha256)
        found = read_boundaries(path, level=one.level, code_field=one.code_field)
        case.write_table(one.table, outline_rows(found))
