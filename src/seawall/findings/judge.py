"""Asks every rule about every subject; one rule's crash costs that question only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from seawall.core import LeftOut, Path, Problem, Unknown, Verdict
from seawall.errors import UnknownValueError
from seawall.findings.copies import with_copies
from seawall.findings.finding import Finding
from seawall.findings.owners import Owners, is_idle
from seawall.findings.unread import unasked, unread_context
from seawall.inventory import Inventory, Resource
from seawall.inventory.resources import CLUSTER_SCOPED
from seawall.model import Container, Estate, NamespaceScope, Object, PodTemplate, Subject, View
from seawall.model.components import NEEDS, Component, component_of
from seawall.model.workloads import undecided_containers
from seawall.rules.spec import Evidence, Rule, unsure


class Judgement(msgspec.Struct, frozen=True, eq=False):
    """What the rules said of an estate."""

    findings: tuple[Finding, ...]
    """What only copies show is still there for each of them; `grouped` folds it."""
    problems: tuple[Problem, ...]
    """Crashes of rules, which are bugs, told as Problems."""
    judged: int
    """How many objects at least one rule was asked about."""
    not_looked_at: tuple[tuple[str, str], ...]
    """(what, why): closed-world rules that the input is not whole enough for, and what operators fill in."""
    unasked: int = 0
    """How many rules were not asked because a running cluster did not let be read what they look up."""


Hole = tuple[Path, Unknown]
"""A place, relative to the subject, at which something as a whole is filled in later."""
Ask = Callable[[Subject | NamespaceScope], Iterator[Evidence]]


class _Bench:
    """Rules sorted by whom they are asked about, each ready to be called with the subject alone."""

    def __init__(self, rules: Sequence[Rule], estate: Estate) -> None:
        self.pod = self._ready(rules, estate, PodTemplate)
        self.container = self._ready(rules, estate, Container)
        self.scope = self._ready(rules, estate, NamespaceScope)
        self.every = self._ready(rules, estate, Object)
        self.by_kind: dict[tuple[str, str], dict[type[Object], list[tuple[Rule, Ask]]]] = {}
        for rule in rules:
            if issubclass(rule.on, Object):
                for key in rule.on.KINDS:
                    self.by_kind.setdefault(key, {}).setdefault(rule.on, []).append((rule, _ask(rule, estate)))

    @staticmethod
    def _ready(rules: Sequence[Rule], estate: Estate, on: type) -> list[tuple[Rule, Ask]]:
        return [(rule, _ask(rule, estate)) for rule in rules if rule.on is on]


def _ask(rule: Rule, estate: Estate) -> Ask:
    if not (rule.sees or rule.versioned):
        return rule.check
    view = View(estate, rule.sees)
    check = rule.check
    return lambda subject: check(subject, view)


_NOBODY: Mapping[type[Object], list[tuple[Rule, Ask]]] = {}


EVERYTHING = slice(None)
_OUTSIDE_NAMESPACES = CLUSTER_SCOPED - {"Namespace"}


def judge(estate: Estate, rules: Sequence[Rule], part: slice = EVERYTHING) -> Judgement:
    """Judges all that the estate holds; findings come in input order, rules in the order given.

    `part` are the positions of the resources to judge: a share of the work. Namespaces come with the last resource.
    """
    missing = tuple(unasked(rules, estate.inventory))
    open_world = [rule for rule in rules if _is_asked(rule, estate.inventory)]
    bench = _Bench(open_world, estate)
    owners = Owners(estate)
    court = _Court()
    judged = 0
    for resource, pods in estate.pods[part]:
        if owners.is_copy(resource):
            continue
        start = len(court.findings)
        asked = _try_resource(court, bench, resource, pods)
        judged += bool(asked or (bench.scope and resource.kind not in _OUTSIDE_NAMESPACES))
        copies = owners.copies(resource)
        if copies:
            end = len(court.findings)
            _try_copies(court, bench, copies, estate)
            court.findings[start:] = list(with_copies(resource, court.findings[start:end], court.findings[end:]))
    for scope in estate.namespaces if bench.scope and part.stop is None else ():
        court.hear(scope, bench.scope)
    not_looked_at = (*_closed(estate, rules), *missing, *_completed(estate))
    return Judgement(tuple(court.findings), tuple(court.problems), judged, not_looked_at, len(missing))


def _is_asked(rule: Rule, inventory: Inventory) -> bool:
    """Whether all that an absence would decide is in sight."""
    return (inventory.whole or not rule.needs) and not unread_context(rule, inventory)


def _try_copies(court: _Court, bench: _Bench, copies: Sequence[Resource], estate: Estate) -> None:
    """Asks the rules about pods of each copy that runs."""
    for resource in copies:
        for pod in () if is_idle(resource) else estate.pods_of(resource):
            _try_pod(court, bench, pod)


def _closed(estate: Estate, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """What closed-world rules lack: the whole cluster, or, where that is said to be there, a whole kind of it."""
    if not estate.inventory.resources:
        return
    if not estate.inventory.whole:
        why = "needs the whole cluster in sight; --estate says that the input is that"
        yield from ((f"rule {rule.id}", why) for rule in rules if rule.needs)
        return
    if estate.inventory.live:
        return  # the server said so itself
    why = "the input holds none, which was taken to mean that the cluster has none; add them if it has"
    needed = {kind for rule in rules if _has_subjects(rule, estate) for kind in rule.needs}
    yield from ((f"kind {kind}", why) for kind in sorted(needed) if not _holds(estate, kind))


def _has_subjects(rule: Rule, estate: Estate) -> bool:
    kinds = rule.on.KINDS if issubclass(rule.on, Object) else frozenset()
    return not kinds or any(estate.of(kind) for _, kind in kinds)


def _holds(estate: Estate, kind: str) -> bool:
    """Whether there is one of the kind; every pod template is a Pod to the rules."""
    return any(pods for _, pods in estate.pods) if kind == "Pod" else bool(estate.of(kind))


def _completed(estate: Estate) -> Iterator[tuple[str, str]]:
    """A line for each kind of which the operator completes the pods: what the objects leave out is not judged."""
    kinds = Counter(resource.kind for resource, pods in estate.pods if any(pod.partial for pod in pods))
    for kind, count in sorted(kinds.items()):
        objects = "1 object" if count == 1 else f"{count} objects"
        yield f"what {objects} of kind {kind} leave out of their pods", "the operator of that kind fills it in"


def _try_resource(court: _Court, bench: _Bench, resource: Resource, pods: tuple[PodTemplate, ...]) -> int:
    asked = 0
    if bench.every:
        asked += court.hear(Object(resource), bench.every)
    hole = _hole(resource)
    for on, ready in bench.by_kind.get((resource.group, resource.kind), _NOBODY).items():
        asked += court.hear(on(resource), ready, hole)
    for pod in pods:
        asked += _try_pod(court, bench, pod)
    return asked


def _try_pod(court: _Court, bench: _Bench, pod: PodTemplate) -> int:
    asked = court.hear(pod, bench.pod)
    for container in pod.containers:
        asked += court.hear(container, bench.container)
    hidden = undecided_containers(pod)
    if hidden is not None:
        court.doubt(pod, bench.container, hidden)
    return asked


_BESIDE = frozenset({"status", "metadata"})
"""Top-level keys that a rule about a kind can do without."""


def _hole(resource: Resource) -> Hole | None:
    """A top-level part of an object that is filled in as a whole, `spec: ${SPEC}`: no rule on it can call it good."""
    for key, value in resource.tree.items():
        if isinstance(value, Unknown) and key not in _BESIDE:
            return (key,), value
    return None


def _without(said: list[Evidence], hole: Hole) -> list[Evidence]:
    """What was said, but for what is found missing where nobody can look; nothing said is not nothing wrong."""
    path, unknown = hole
    sure = [evidence for evidence in said if evidence.path[: len(path)] != path]
    return sure or [unsure(unknown, *path)]


class _Court:
    """Collects what the rules say."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.problems: list[Problem] = []
        self._components: dict[int, Component | None] = {}

    def hear(
        self, subject: Subject | NamespaceScope, rules: Sequence[tuple[Rule, Ask]], hole: Hole | None = None
    ) -> int:
        """Asks the rules; what they say of, or do not find in, a `hole` is unknown."""
        for rule, ask in rules:
            said: list[Evidence] = []
            try:
                said.extend(ask(subject))
            except UnknownValueError as error:
                # A rule compared a value that is not decided here: what it had found by then stands.
                said.append(Evidence((), f"cannot be judged: {error}", error.value, Verdict.UNKNOWN))
            except Exception as error:  # noqa: BLE001  # one rule's bug must not cost the others' verdicts
                self._crash(rule, subject, error)
                continue
            if hole is not None:
                said = _without(said, hole)
            if said:
                self._record(rule, subject, said)
        return len(rules)

    def doubt(self, subject: Subject, rules: Sequence[tuple[Rule, Ask]], hole: Hole) -> None:
        """Records that the rules cannot be asked about what stands at the hole."""
        path, unknown = hole
        for rule, _ in rules:
            self._record(rule, subject, [unsure(unknown, *path)])

    def _record(self, rule: Rule, subject: Subject | NamespaceScope, said: list[Evidence]) -> None:
        said = [evidence for evidence in said if not isinstance(evidence.value, LeftOut)]
        # Kleene: what surely fails fails, whatever is unknown beside it.
        failed = [evidence for evidence in said if evidence.verdict is Verdict.FAIL]
        note = self._note(rule, subject)
        self.findings.extend(Finding(rule, subject, evidence, note=note) for evidence in failed or said[:1])

    def _note(self, rule: Rule, subject: Subject | NamespaceScope) -> str:
        """That the subject is a system component which needs what the rule finds; empty where it is not."""
        pod = subject.pod if isinstance(subject, Container) else subject
        if rule.id not in NEEDS or not isinstance(pod, PodTemplate):
            return ""
        if id(pod) not in self._components:
            self._components[id(pod)] = component_of(pod)
        component = self._components[id(pod)]
        return component.note if component and rule.id in component.needs else ""

    def _crash(self, rule: Rule, subject: Subject | NamespaceScope, error: Exception) -> None:
        place = subject.resource.locate(subject.path)
        self.problems.append(
            Problem(
                place.file,
                place.span.line,
                place.span.column,
                "rule-crash",
                f"rule {rule.id} failed on {subject.label}: {type(error).__name__}: {error}",
                "This is a bug of Seawall; the verdict of this rule is missing. Please report it",
            )
        )
