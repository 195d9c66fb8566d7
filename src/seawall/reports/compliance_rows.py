"""The rows of a compliance table: how a control may stand, what a scan knows of it, and who accepted what."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from seawall.core import Problem
from seawall.data.frameworks import Control
from seawall.findings import Finding, Suppression
from seawall.findings.unread import unread_context
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.inventory.resources import CLUSTER_SCOPED
from seawall.model import Container, Estate, NamespaceScope, Object, PodTemplate
from seawall.model.workloads import is_builtin_group
from seawall.reports.style import plural
from seawall.rules.spec import Rule


class Standing(enum.Enum):
    """What can be said of a control."""

    FAIL = "fail"
    ACCEPTED = "accepted"
    """It fails, and somebody has accepted each of the findings; a baseline is nobody."""
    UNKNOWN = "unknown"
    PASS = "pass"
    OUT_OF_REACH = "out-of-reach"
    """It is about a flag, a file of a node, a cloud or an organization; no manifest shows it."""


class Row(msgspec.Struct, frozen=True):
    """One control and its standing."""

    control: Control
    standing: Standing
    rules: tuple[str, ...] = ()
    """The rules that speak to it, sorted."""
    findings: int = 0
    """Open fails; of the Pod Security Standards: pods that are refused."""
    subjects: int = 0
    """How many subjects its rules were asked about."""
    why: str = ""
    """Which rules found it, or why it is unknown, accepted or out of reach; hardly ever for a pass."""
    baseline: int = 0
    """Fails that only a baseline holds."""
    relaxed: int = 0
    """Fails that a relaxation accepts."""


class Scanned(msgspec.Struct, frozen=True, eq=False):
    """What a scan knows, as far as compliance asks."""

    estate: Estate
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    asked: Mapping[str, int]
    """Rule id -> how many subjects it was asked about."""
    whole: bool
    """Whether the input was the whole cluster."""
    crashed: frozenset[str] = frozenset()
    """Rules of which a verdict is missing."""
    unread: int = 0
    """How many problems, and kinds of a running cluster, say that something could not be read."""
    completed: int = 0
    """How many pods an operator completes: what they leave out is no finding, and nobody here knows it."""
    unplaced: int = 0
    """How many objects name no namespace, and may land in `default`."""


def scanned(estate: Estate, rules: Sequence[Rule], findings: Sequence[Finding], problems: Sequence[Problem]) -> Scanned:
    """Sums a scan up; give it every rule that was asked, whatever a report shows of the findings."""
    whole = estate.inventory.whole
    crashes = [problem.message for problem in problems if problem.kind == "rule-crash"]
    crashed = frozenset(rule.id for rule in rules if any(text.startswith(f"rule {rule.id} ") for text in crashes))
    counts = {on: _count(estate, on) for on in {rule.on for rule in rules}}
    inventory = estate.inventory
    asked = {rule.id: counts[rule.on] if whole or not rule.needs else 0 for rule in rules}
    asked |= {rule.id: 0 for rule in rules if unread_context(rule, inventory)}
    unread = sum(problem.hides for problem in inventory.problems)
    unread += sum(each.cause != "chosen" for each in inventory.unread)
    completed = sum(pod.partial for _, pods in estate.pods for pod in pods)
    unplaced = sum(_is_unplaced(resource, whole=whole) for resource in estate.inventory.resources)
    return Scanned(estate, tuple(rules), tuple(findings), asked, whole, crashed, unread, completed, unplaced)


def _is_unplaced(resource: Resource, *, whole: bool) -> bool:
    """Whether nobody says which namespace it is in; a custom resource of a whole cluster that has none needs none."""
    if resource.kind in CLUSTER_SCOPED or resource.is_configuration:
        return False
    namespace = resource.chosen_namespace
    if namespace is None:
        return is_builtin_group(resource.group) or not whole
    return has_placeholder(namespace)


def _count(estate: Estate, on: type) -> int:
    if on is NamespaceScope:
        return len(estate.namespaces)
    if on is PodTemplate:
        return sum(len(pods) for _, pods in estate.pods)
    if on is Container:
        return sum(len(pod.containers) for _, pods in estate.pods for pod in pods)
    if issubclass(on, Object) and on.KINDS:
        return sum((resource.group, resource.kind) in on.KINDS for resource in estate.inventory.resources)
    return len(estate.inventory.resources)


class Tally(msgspec.Struct, frozen=True):
    """How many fails are open, how many only a baseline holds, how many somebody has accepted."""

    open: int
    baseline: int
    relaxed: int

    @classmethod
    def of(cls, suppressions: Iterable[Suppression | None]) -> Tally:
        """Counts fails by what covers each of them."""
        counts = Counter(
            "" if each is None else "baseline" if each.by == "baseline" else "relaxed" for each in suppressions
        )
        return cls(counts[""], counts["baseline"], counts["relaxed"])

    def row(self, row: Row, why: str, unit: str = "finding") -> Row:
        """The row with these numbers; `why` is what the open ones are, empty where there is none."""
        parts = [(self.baseline, "held by the baseline"), (self.relaxed, "relaxed")]
        told = [f"{number:,} {word}" for number, word in parts if number]
        if why and told:
            why = f"{why}; besides {', '.join(told)}"
        elif len(told) == 1:
            why = next(f"{plural(number, unit)} {word}" for number, word in parts if number)
        elif told:
            why = f"{plural(self.baseline + self.relaxed, unit)}: {', '.join(told)}"
        return msgspec.structs.replace(row, findings=self.open, baseline=self.baseline, relaxed=self.relaxed, why=why)


def nothing_asked(scan: Scanned) -> str:
    """Why a control is not passed of which nothing was there to be judged; empty when it is."""
    if not scan.estate.inventory.resources:
        return "nothing was read"
    return unread(scan) if scan.whole else "nothing of its kind was read"


def unread(scan: Scanned) -> str:
    """Why nothing is passed beside what could not be read; empty where all could."""
    return "something could not be read" if scan.unread else ""
