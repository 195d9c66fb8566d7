"""`make bench`: Seawall on estates of 100, 1,000 and 5,000 apps, beside the peers that this machine has.

Peers are found on PATH (`kube-linter`, `kube-score`, `trivy`); Checkov is installed into a virtual environment of its
own unless `--no-checkov` is given. Figures are of this machine and this run; the ratios are what travels.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.estate import write
from bench.measure import Cost, best, run

OUT = Path(__file__).parent / "out"
BUDGET = {100: None, 1000: (1.5, 150.0), 5000: (7.0, 450.0)}
"""Seconds of wall clock and megabytes that a scan may take (docs/performance.md)."""
SLOW = 1000
"""The largest estate that peers of minutes are asked to scan."""
SEAWALL = [sys.executable, "-m", "seawall"]


def peers(folder: str, apps: int, checkov: str | None) -> Iterator[tuple[str, list[str]]]:
    """(name, command) of every peer that can be run on an estate of this size."""
    if shutil.which("kube-linter"):
        yield "kube-linter", ["kube-linter", "lint", "--format", "json", folder]
    if shutil.which("kube-score"):
        files = [str(file) for file in sorted(Path(folder).iterdir())]
        if apps <= SLOW:
            yield "kube-score", ["kube-score", "score", "-o", "json", *files]
    if checkov and apps <= SLOW:
        yield "checkov", [checkov, "-d", folder, "--framework", "kubernetes", "-o", "json", "--quiet", "--compact"]
    if shutil.which("trivy") and apps <= SLOW:
        yield "trivy", ["trivy", "config", "--skip-check-update", "--offline-scan", "-f", "json", folder]


def checkov_program() -> str:
    """Checkov in a virtual environment of its own, installed when it is not there yet."""
    home = OUT / "checkov"
    program = home / "bin" / "checkov"
    if not program.exists():
        print("installing Checkov into bench/out/checkov ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "-q", "checkov"], check=True)
    return str(program)


def line(name: str, cost: Cost, base: Cost, note: str = "") -> str:
    """One row of the table; ratios are to Seawall."""
    times = f"{cost.wall / base.wall:6.1f}x {cost.peak / base.peak:6.1f}x"
    return f"  {name:<12} {cost.wall:8.2f} s {cost.cpu:8.2f} s {cost.peak:8.0f} MB {times}  {note}"


def small(folder: Path) -> Iterator[str]:
    """What a person waits for at the least."""
    version = best([*SEAWALL, "--version"], 10)
    yield f"seawall --version    {version.wall * 1000:6.0f} ms   (budget 150 ms)"
    one = folder / "one"
    write(one, 1)
    first = best([*SEAWALL, "scan", str(one / "app-00000.yaml")], 5)
    yield f"scan of one file     {first.wall * 1000:6.0f} ms   (budget 300 ms)"


def estate(top: Path, apps: int, checkov: str | None) -> Iterator[str]:
    """One size: Seawall, then each peer."""
    folder = top / f"apps-{apps}"
    objects = write(folder, apps)
    report = top / "report.json"
    command = [*SEAWALL, "scan", str(folder), "--no-config", "-o", f"json={report}"]
    own = best(command, 3)
    judged = json.loads(report.read_text("utf-8"))["coverage"]["judged"]
    if judged != objects:
        raise SystemExit(f"seawall judged {judged} of {objects} objects: this measures nothing")
    budget = BUDGET[apps]
    note = ""
    if budget:
        good = own.wall <= budget[0] and own.peak <= budget[1]
        note = f"budget {budget[0]} s, {budget[1]:.0f} MB: {'met' if good else 'MISSED'}"
    yield f"{apps:,} apps, {objects:,} objects"
    yield f"  {'':<12} {'wall':>10} {'CPU':>10} {'peak':>11} {'wall':>7} {'peak':>7}"
    yield line("seawall", own, own, note)
    for name, argv in peers(str(folder), apps, checkov):
        yield line(name, run(argv), own)


def questions(folder: Path, apps: int) -> Iterator[str]:
    """What the engines take beside reading: each command once with little to answer, once with much."""
    estate_folder = folder / f"apps-{apps}"
    if not estate_folder.exists():
        write(estate_folder, apps)
    given = ["-f", str(estate_folder), "--estate", "--no-config"]
    reading = best([*SEAWALL, "can", "user:nobody", "get", "/healthz", *given], 3)
    yield f"{apps:,} apps, questions (reading them takes {reading.wall:.2f} s, {reading.peak:.0f} MB)"
    for name, words, budget in (
        (f"{REVIEWS:,} reviews", ["can", "--reviews", reviews(folder, apps)], 10.0),
        ("who-can", ["who-can", "get", "secrets"], 1.0),
        ("one reach", ["reach", *pair(apps), "--why"], None),
        (f"{ASKED} reach", ["reach", "--questions", reach_questions(folder, apps)], None),
        ("matrix", ["reach", "--matrix", "-o", "csv"], 10.0 if apps <= SLOW else 60.0),
        ("exposed", ["exposed", "-o", "json"], None),
        ("map", ["map"], None),
    ):
        cost = run([*SEAWALL, words[0], *words[1:], *(given if words[0] != "map" else [*given[2:], given[1]])])
        if cost.code:
            raise SystemExit(f"{' '.join(words)} ended with {cost.code}: this measures nothing")
        more = cost.wall - reading.wall
        note = "" if budget is None else f"budget {budget:.0f} s: {'met' if more <= budget else 'MISSED'}"
        times = f"{cost.wall / reading.wall:4.1f}x"
        yield f"  {name:<16} {more:8.2f} s beyond reading ({times}) {cost.peak:6.0f} MB  {note}"


REVIEWS = 100_000
ASKED = 100


def app_names(apps: int) -> list[tuple[str, str]]:
    """(namespace, name) of every app that `write` makes."""
    return [(f"team-{number % 40:02}", f"app-{number:05}") for number in range(apps)]


def reviews(folder: Path, apps: int) -> str:
    """A file of SubjectAccessReview specs about the accounts of an estate, the same for the same size."""
    names, chance = app_names(apps), random.Random(apps)
    file = folder / f"reviews-{apps}.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(REVIEWS):
            namespace, name = chance.choice(names)
            attributes = {
                "namespace": namespace,
                "verb": chance.choice(("get", "list", "create", "delete")),
                "resource": chance.choice(("secrets", "pods", "configmaps", "services")),
                "name": chance.choice(("", name)),
            }
            groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
            user = f"system:serviceaccount:{namespace}:{name}"
            stream.write(json.dumps({"id": number, "user": user, "groups": groups, "resourceAttributes": attributes}))
            stream.write("\n")
    return str(file)


def pair(apps: int) -> tuple[str, str]:
    """Two namespaces of an estate."""
    names = app_names(apps)
    return f"{names[0][0]}/", f"{names[1][0]}/"


def reach_questions(folder: Path, apps: int) -> str:
    """A file of questions about pairs of Services, and from the internet."""
    names, chance = app_names(apps), random.Random(apps)
    file = folder / f"reach-{apps}.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(ASKED):
            one, two = chance.sample(names, 2)
            start = chance.choice((f"service:{one[0]}/{one[1]}", "internet"))
            stream.write(json.dumps({"id": number, "from": start, "to": f"service:{two[0]}/{two[1]}"}) + "\n")
    return str(file)


def main() -> None:
    """Prints the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, nargs="*", default=list(BUDGET), choices=list(BUDGET))
    parser.add_argument("--no-checkov", action="store_true", help="do not install and run Checkov")
    given = parser.parse_args()
    OUT.mkdir(exist_ok=True)  # for Checkov alone
    checkov = None if given.no_checkov else os.environ.get("CHECKOV") or checkov_program()
    # Outside the repository: what its .gitignore names would not be scanned at all.
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as name:
        for row in small(Path(name)):
            print(row, flush=True)
        for apps in given.apps:
            for row in estate(Path(name), apps, checkov):
                print(row, flush=True)
        for apps in (each for each in given.apps if each >= SLOW):
            for row in questions(Path(name), apps):
                print(row, flush=True)


if __name__ == "__main__":
    main()
