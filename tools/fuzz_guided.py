"""Fuzz one target with what its code has not yet done as the guide. Needs atheris (3.0 or newer).

    pip install atheris
    python tools/fuzz_guided.py --target json --executions 100000 --corpus /tmp/corpus

For maintainers; nothing else in Gnomon asks for atheris. Inputs that reach new lines are kept in
the corpus folder and are where the next run starts. What does harm is written to the folder of
findings and ends the run, as libFuzzer does it: more than a second, more than 256 MB beyond the
start, a crash, or an error that is no answer. Only code in Python is a guide: what DuckDB or zlib
do inside is not seen. `tools/fuzz.py` needs nothing and repeats every input by its number.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

PARTS = ("case", "clues", "ids", "links", "online", "pixels", "read", "reference")
"""Packages of Gnomon whose code is the guide."""
SLOWEST_S = 2
"""libFuzzer counts whole seconds on the clock; an input may take up to this."""
MEMORY_MB = 256


def _seeded(corpus: Path, seeds: Sequence[bytes]) -> None:
    """Put the seeds into the corpus, under names that follow from their bytes."""
    corpus.mkdir(parents=True, exist_ok=True)
    for data in seeds:
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main(arguments: Sequence[str]) -> int:
    """Fuzz; ends the process with libFuzzer's status, 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--target", required=True)
    parser.add_argument("--executions", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, required=True, help="inputs that reached new code")
    parser.add_argument("--findings", type=Path, default=Path(), help="folder for harmful inputs")
    asked = parser.parse_args(arguments)
    try:
        atheris = import_module("atheris")
    except ImportError:
        print("Coverage guidance needs atheris: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["forensics"]):
        for part in PARTS:
            import_module(f"forensics.{part}")
        from fuzz_target import emptied
        from fuzz_targets import TARGETS
    if asked.target not in TARGETS:
        print(f"No target {asked.target!r}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    target = TARGETS[asked.target]
    asked.findings.mkdir(parents=True, exist_ok=True)
    _seeded(asked.corpus, target.seeds())
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        folder = Path(home) / "one"

        def once(data: bytes) -> None:
            with suppress(*target.answers):
                target.run(data, emptied(folder))

        with atheris.instrument_imports(include=["forensics"]):
            for data in target.seeds():  # what they import late is a guide too, and is paid for
                once(data)
        started_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        words = [
            sys.argv[0], str(asked.corpus), f"-runs={asked.executions}", f"-seed={asked.seed}",
            f"-timeout={SLOWEST_S}", f"-rss_limit_mb={started_mb + MEMORY_MB}", "-max_len=20000",
            f"-artifact_prefix={asked.findings}/{asked.target}-", "-print_final_stats=1",
        ]  # fmt: skip
        atheris.Setup(words, once)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
