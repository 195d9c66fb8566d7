"""What `make conformance` runs: our verdicts beside upstream's own data, as a table; exit 1 on any miss.

The data are upstream's and not in the repository; `tests/conformance/` says where they are looked for.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

MISSES_SHOWN = 20


def pod_security() -> tuple[list[tuple[str, int, int]], list[str]]:
    """Rows of (what, agreed, run), one for each check, and what disagrees."""
    from tests.conformance.pod_security_fixtures import EXPECTED, disagreement, fixtures, location

    where = location()
    if where is None:
        return [], ["Pod Security: no fixtures; CONTRIBUTING.md (Conformance) says how to get them for PSS_TESTDATA"]
    run: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    misses = []
    for fixture in fixtures(where):
        run[fixture.check] += 1
        text = disagreement(fixture)
        if text:
            missed[fixture.check] += 1
            misses.append(text)
    if run.total() < EXPECTED:
        misses.append(f"Pod Security: {run.total()} fixtures in {where}, upstream has {EXPECTED}")
    rows = [(f"Pod Security: {check}", run[check] - missed[check], run[check]) for check in sorted(run)]
    return [*rows, ("Pod Security fixtures, all", run.total() - missed.total(), run.total())], misses


def yaml_probes() -> tuple[list[tuple[str, int, int]], list[str]]:
    """One row: how both of Kubernetes' readings of a text compare with ours."""
    from tests.conformance.yaml_probes import compare

    agreed, run, misses = compare()
    return [("YAML probes (UTF-8)", agreed, run)] if run else [], misses


def main() -> int:
    """Runs every suite and prints the table."""
    start = time.perf_counter()
    rows: list[tuple[str, int, int]] = []
    misses: list[str] = []
    for suite in (pod_security, yaml_probes):
        found, missed = suite()
        rows += found
        misses += missed
    width = max((len(what) for what, _, _ in rows), default=0)
    for what, agreed, run in rows:
        print(f"{what.ljust(width)}  {agreed:>5,} of {run:>5,}  {agreed / run:>7.2%}")
    for text in misses[:MISSES_SHOWN]:
        print(f"MISS  {text}")
    if len(misses) > MISSES_SHOWN:
        print(f"MISS  ... and {len(misses) - MISSES_SHOWN} more")
    print(f"{'disagreement' if misses else 'agreement'} in {time.perf_counter() - start:.1f} s")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
