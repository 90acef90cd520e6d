"""Custody: what was received, what was done to it, and how a stranger checks it."""

from forensics.case import canonical
from forensics.case.canonical import NotCanonical
from forensics.case.case import Case
from forensics.case.casefile import CaseFile
from forensics.case.refs import FileRef, TableRef
from forensics.case.verify import VerifyReport, verify
from forensics.case.walk import Check, Misfit

__all__ = [
    "Case",
    "CaseFile",
    "Check",
    "FileRef",
    "Misfit",
    "NotCanonical",
    "TableRef",
    "VerifyReport",
    "canonical",
    "verify",
]
