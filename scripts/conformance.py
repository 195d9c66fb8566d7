"""What `make conformance` runs: our verdicts beside upstream's own data, as a table.

The data are upstream's and not in the repository; `tests/conformance/` says where they are looked for. Exits with 0
where all that was compared agrees, with 1 where something does not, with 3 where nothing was compared.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

MISSES_SHOWN = 20
NOTHING_COMPARED = 3


class Outcome(NamedTuple):
    """How one set of recorded answers compares with ours."""

    rows: list[tuple[str, int, int]]
    """(what, agreed, run); empty where there was nothing to compare with."""
    misses: list[str]


def pod_security() -> Outcome:
    """One row for each check, and one for all."""
    from tests.conformance.pod_security_fixtures import EXPECTED, disagreement, fixtures, location

    where = location()
    if where is None:
        return Outcome([], [])
    if not where.exists():
        return Outcome([], [f"Pod Security: there is no {where}, which PSS_TESTDATA names"])
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
    return Outcome([*rows, ("Pod Security fixtures, all", run.total() - missed.total(), run.total())], misses)


def yaml_probes() -> Outcome:
    """One row: how both of Kubernetes' readings of a text compare with ours."""
    from tests.conformance.yaml_probes import compare, location

    where = location()
    if where is None:
        return Outcome([], [])
    if not where.is_file():
        return Outcome([], [f"YAML: there is no file {where}, which YAML_PROBES names"])
    agreed, run, misses = compare()
    return Outcome([("YAML probes (UTF-8)", agreed, run)], misses)


SUITES = {"Pod Security": (pod_security, "no fixtures"), "YAML": (yaml_probes, "no probes")}
"""What is compared -> how, and what lacks where it is not."""


def main() -> int:
    """Runs every suite and prints the table."""
    start = time.perf_counter()
    outcomes = {name: suite() for name, (suite, _) in SUITES.items()}
    rows = [row for outcome in outcomes.values() for row in outcome.rows]
    misses = [text for outcome in outcomes.values() for text in outcome.misses]
    width = max((len(what) for what, _, _ in rows), default=0)
    for what, agreed, run in rows:
        print(f"{what.ljust(width)}  {agreed:>5,} of {run:>5,}  {agreed / max(run, 1):>7.2%}")
    for text in misses[:MISSES_SHOWN]:
        print(f"MISS  {text}")
    if len(misses) > MISSES_SHOWN:
        print(f"MISS  ... and {len(misses) - MISSES_SHOWN} more")
    absent = [name for name, outcome in outcomes.items() if not outcome.rows and not outcome.misses]
    for name in absent:
        print(f"{name}: not run: {SUITES[name][1]}; see CONTRIBUTING.md#conformance")
    if len(absent) == len(outcomes):
        print("nothing was compared, which is no agreement")
        return NOTHING_COMPARED
    least = f" on {' and '.join(name for name in outcomes if name not in absent)} alone" if absent else ""
    print(f"{'disagreement' if misses else 'agreement'}{least} in {time.perf_counter() - start:.1f} s")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
