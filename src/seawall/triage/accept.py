"""Lays what people accepted over what the rules found; nothing is dropped, and what no longer holds is told."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from seawall.core import Document, Severity
from seawall.data.foreign_checks import SCANNERS
from seawall.findings import Finding, Judgement, Suppression
from seawall.findings.copies import Group, grouped
from seawall.findings.owners import Owners
from seawall.inventory import Resource
from seawall.model import Estate
from seawall.model.relaxation import Relaxation
from seawall.rules.spec import Rule
from seawall.triage.baseline import Baseline, match
from seawall.triage.config import ConfigFile, Relax, closest
from seawall.triage.grammar import Said, day_in
from seawall.triage.written import Claim, Written


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What was accepted outside of the manifests, and what is needed to judge whether it still holds."""

    today: datetime.date
    known: Collection[str]
    """The ids of all rules there are, asked or not."""
    severity: Mapping[str, Severity] = msgspec.field(default_factory=dict)
    relax: tuple[Relax, ...] = ()
    file: ConfigFile | None = None
    """Where `relax` stands; None where it is empty."""
    folder: str = ""
    """The absolute path of the current folder, from which file names count."""
    covered: bool = False
    """Whether everything below the configuration's folder was read, so that an unused `[[relax]]` is one."""
    baseline: Baseline | None = None
    baseline_file: str = ""
    """Where it stands, as the user names it; empty for none."""


class Accepted(msgspec.Struct, frozen=True, eq=False):
    """Findings and what people said of them."""

    findings: tuple[Finding, ...]
    """Each with the relaxation or baseline that covers it, and one for each relaxation that fails."""
    unheard: tuple[tuple[str, str], ...] = ()
    """(what, why) of suppressions for other scanners that do nothing here, as the coverage tells it."""


def accepted(estate: Estate, judgement: Judgement, rules: Sequence[Rule], policy: Policy) -> Accepted:
    """Lays relaxations, severities and the baseline over what the rules found; `rules` are those that were asked."""
    written = Written(estate)
    settings = _settings_claims(policy)
    findings: Sequence[Finding] = judgement.findings
    if any(True for _ in written) or settings:
        desk = _Desk(written, settings, policy)
        groups = list(grouped([desk.judged(finding) for finding in findings]))
        findings = _without_known([group.finding for group in groups], policy.baseline)
        desk.hear(zip(findings, groups, strict=True))
        complaints = [group.finding for group in grouped(list(desk.complaints(estate, rules)))]
        findings = [*findings, *_without_known(complaints, policy.baseline)]
    else:
        findings = _without_known([group.finding for group in grouped(findings)], policy.baseline)
    if policy.severity:
        findings = [_weighed(finding, policy.severity) for finding in findings]
    return Accepted(tuple(findings), tuple(_unheard(written)))


def _unheard(written: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    checks: dict[str, set[str]] = {}
    for claim in written:
        if claim.said.strange:
            checks.setdefault(claim.said.by, set()).update(claim.said.strange)
    for scanner, names in sorted(checks.items()):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        what = f"suppressions that name {SCANNERS[scanner]}'s {', '.join(sorted(names)[:_NAMED])}{more}"
        yield what, "no rule finds the same, so that they do nothing here"


_NAMED: Final = 8
"""Checks that a line of the coverage names."""


def _weighed(finding: Finding, severity: Mapping[str, Severity]) -> Finding:
    given = severity.get(finding.rule.id)
    return finding if given is None else msgspec.structs.replace(finding, severity_override=given)


def _without_known(findings: Sequence[Finding], baseline: Baseline | None) -> Sequence[Finding]:
    if baseline is None:
        return findings
    known = match([finding for finding in findings if finding.suppressed is None], baseline).known
    suppression = Suppression("baseline", f"known since {baseline.created}")
    return [msgspec.structs.replace(f, suppressed=suppression) if id(f) in known else f for f in findings]


class _ConfigClaim(Claim):
    """A `[[relax]]` table."""

    def __init__(self, entry: Relax, resource: Resource, policy: Policy) -> None:
        until = entry.until.isoformat() if entry.until else day_in(entry.reason)
        said = Said("config", (entry.rule,), entry.reason, until)
        super().__init__(said, resource, ("relax", entry.index))
        self._entry = entry
        self._policy = policy

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding; the rule is already known to be the one that it names."""
        entry, resource = self._entry, finding.resource
        container = finding.container.name if finding.container is not None else ""
        fits = (
            _fits(entry.namespace, resource.namespace or "default")
            and _fits(entry.kind, resource.kind)
            and _fits(entry.name, resource.name)
            and _fits(entry.container, container)
            and (entry.file is None or _fits(entry.file, self._from_folder(finding.locate().file)))
        )
        return fits and self._agrees(finding)

    def _agrees(self, finding: Finding) -> bool:
        accepted, evidence = self._entry.value, finding.evidence
        if accepted is msgspec.UNSET:
            return True
        if evidence.secret:
            self.note = "a credential is never compared with a value"
            return False
        if type(evidence.value) is type(accepted) and evidence.value == accepted:
            return True
        self.note = f"it accepts another value than the one of {finding.path_text} in {finding.resource.name}"
        return False

    def _from_folder(self, file: str) -> str:
        assert self._policy.file is not None
        whole = posixpath.normpath(posixpath.join(self._policy.folder, file))
        return whole.removeprefix(self._policy.file.folder.rstrip("/") + "/")


def _fits(pattern: str | None, text: str) -> bool:
    return pattern is None or fnmatchcase(text, pattern)


def _settings_claims(policy: Policy) -> list[_ConfigClaim]:
    if not policy.relax:
        return []
    assert policy.file is not None
    file = policy.file
    document = Document(file.name, file.text)
    resource = Resource(document, (), "seawall.dev", "v1", "Settings", None, file.name, file.text.value)
    return [_ConfigClaim(entry, resource, policy) for entry in policy.relax]


class _Desk:
    """Matches findings and claims; lives for one call."""

    def __init__(self, written: Written, settings: list[_ConfigClaim], policy: Policy) -> None:
        self._written = written
        self._settings = settings
        self._policy = policy
        self._by_rule: dict[str, list[_ConfigClaim]] = {}
        for claim in settings:
            self._by_rule.setdefault(claim.said.rules[0], []).append(claim)
        self._holding: dict[int, Said | None] = {}
        """What holds of a list of claims that speak for the same, by the list's `id()`."""
        self._about: list[list[list[Claim] | list[_ConfigClaim]]] = []
        """For each finding judged: the lists of claims about it, where none of them holds."""

    def judged(self, finding: Finding) -> Finding:
        configured = [claim for claim in self._by_rule.get(finding.rule.id, ()) if claim.covers(finding)]
        written = [claims for claims in self._written.about(finding) if claims]
        spoken = (*map(self._first, written), self._use(configured))
        saying = [said for said in spoken if said is not None]
        self._about.append([] if saying else [*written, configured])
        if not saying:
            return finding
        said = min(saying, key=lambda each: not own(each))
        return msgspec.structs.replace(finding, suppressed=Suppression(said.by, said.reason, said.until or None))

    def hear(self, told_as: Iterable[tuple[Finding, Group]]) -> None:
        """Tells the claims what became of the findings that were judged, by what each is told as."""
        told: set[tuple[int, bool]] = set()
        for finding, group in told_as:
            held = finding.suppressed is not None  # by a baseline, since none of the claims holds
            for claims in (claims for position in group.members for claims in self._about[position]):
                if (id(claims), held) in told:
                    continue
                told.add((id(claims), held))
                for claim in claims:
                    claim.held |= held
                    claim.open |= not held

    def _first(self, claims: list[Claim]) -> Said | None:
        if id(claims) not in self._holding:
            self._holding[id(claims)] = self._use(claims)
        return self._holding[id(claims)]

    def _use(self, claims: Sequence[Claim]) -> Said | None:
        """Marks claims as used; the first that holds, Seawall's own before another scanner's: it has a reason."""
        for claim in claims:
            claim.used = True
        holding = (claim.said for claim in claims if self._holds(claim.said))
        return min(holding, key=lambda said: not own(said), default=None)

    def _holds(self, said: Said) -> bool:
        return not self._ended(said) and bool(said.reason or not own(said))

    def _ended(self, said: Said) -> bool:
        if not said.until:
            return False
        try:
            return datetime.date.fromisoformat(said.until) < self._policy.today
        except ValueError:
            return True

    def complaints(self, estate: Estate, rules: Sequence[Rule]) -> Iterator[Finding]:
        """What the rules about relaxations say of each of them."""
        critics = [rule for rule in rules if rule.on is Relaxation]
        if not critics:
            return
        asked = {rule.id for rule in rules if estate.inventory.whole or not rule.needs}
        owners = Owners(estate)
        for claim in (*self._written, *self._settings):
            copied = owners.is_copy(claim.resource)
            if copied and not claim.used:
                continue  # it came with the pod template, and what it is about is the owner's
            owner = owners.root(claim.resource) if copied else None
            relaxation = self._relaxation(claim, asked)
            for rule in critics:
                for evidence in rule.check(relaxation):
                    yield Finding(rule, relaxation, evidence, owner=owner, place=claim.place)

    def _relaxation(self, claim: Claim, asked: Collection[str]) -> Relaxation:
        said = claim.said
        ended = self._ended(said) and (own(said) or claim.used)
        unused = bool(own(said) and said.reason and not ended and not claim.used) and self._unused(claim, asked)
        unused = unused or bool(said.instead)
        return Relaxation(
            resource=claim.resource,
            by=said.by,
            rules=said.rules,
            where=claim.where,
            place=claim.place,
            reason=said.reason,
            until=said.until,
            ended=ended,
            became=_BECAME[claim.open, claim.held],
            unused=unused,
            note=claim.note or self._note(said),
        )

    def _unused(self, claim: Claim, asked: Collection[str]) -> bool:
        if claim.said.by == "config" and not self._policy.covered:
            return False
        return all(rule in asked or rule not in self._policy.known for rule in claim.said.rules)

    def _note(self, said: Said) -> str:
        if said.instead or not said.rules:
            fault = "it is not written as one" if said.instead else "it names no rule"
            return f"{fault}; write {said.instead or '# seawall: relax RULE REASON'}"
        for rule in said.rules:
            if rule not in self._policy.known:
                return f"there is no rule '{rule}'. {closest(rule, self._policy.known)}".strip()
        return "nothing that it is about has this finding; delete it"


_BECAME: Final = {
    (False, False): "",
    (True, False): "counts again",
    (False, True): "is held by the baseline",
    (True, True): "counts again, but for what the baseline holds",
}
"""(whether something that it covered counts, whether a baseline holds something of it) -> how a message says it."""


def own(said: Said) -> bool:
    """Whether it was written for Seawall, which asks for a reason."""
    return said.by in ("annotation", "comment", "config")
