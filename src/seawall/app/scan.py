"""Scan: what the user named becomes an inventory, a judgement, a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from seawall.app.choice import choose
from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.app.shared import judged
from seawall.app.triage import inline_policy
from seawall.core import Audience, Profile, Severity
from seawall.inventory import Inventory
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.model.podsecurity import NamespaceLevel, levels_by_namespace
from seawall.reports.report import NamespaceLine, Report, assemble, for_audiences, from_severity
from seawall.reports.style import plural
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule
from seawall.triage.accept import Policy, accepted


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan is asked for."""

    input: Input = Input()
    profile: Profile = Profile.RECOMMENDED
    select: tuple[str, ...] = ()
    """Rule ids, families, frameworks; empty means what the profile holds."""
    ignore: tuple[str, ...] = ()
    audiences: frozenset[Audience] = frozenset()
    """Only what is theirs; empty means everything."""
    lowest: Severity | None = None
    """Only what is as severe or more; None means everything."""
    jobs: int | None = None
    """How many processes may judge; None: as many as help."""
    registries: tuple[str, ...] = ()
    """The image registries that are approved; empty means that none are named."""
    policy: Policy | None = None
    """What the settings accept; None means that only the manifests' own relaxations count."""


def scan(options: Options, progress: Progress = no_progress) -> Report:
    """Reads, judges and reports.

    Raises:
        UsageError: a selector names no rule, family or framework.
    """
    rules = chosen(options)
    if options.input.cluster is None or not options.input.paths:
        return report_on(load(options.input, progress), rules, options)
    from seawall.app.drift import read_both, with_drift

    inventory, live, drift = read_both(options, progress)
    report = report_on(inventory, rules, options)
    return with_drift(report, live, drift, rules, options) if live.live else report


def report_on(inventory: Inventory, rules: Sequence[Rule], options: Options) -> Report:
    """Judges an inventory that has been read."""
    version = judged_version(options.input, inventory)
    estate = Estate(inventory, version, options.registries)
    judgement = judged(estate, rules, options.jobs)
    triaged = accepted(estate, judgement, rules, options.policy or inline_policy())
    report = assemble(inventory, judgement, triaged.findings, version, options.profile.label)
    theirs = for_audiences(report.findings, options.audiences)
    rows = from_severity(theirs, options.lowest)
    hidden = len(report.findings) - len(theirs), len(theirs) - len(rows)
    aside = (*report.coverage.not_looked_at, *triaged.unheard, *_aside(options, version, *hidden))
    return msgspec.structs.replace(
        report,
        findings=rows,
        rules=len(rules),
        coverage=msgspec.structs.replace(report.coverage, not_looked_at=aside),
        namespaces=namespace_lines(estate),
    )


def _aside(options: Options, version: KubeVersion, others: int, milder: int) -> Iterator[tuple[str, str]]:
    """(what, why) of what the options leave out, so that a short report does not look like a clean one."""
    if others:
        people = ", ".join(sorted(audience.value for audience in options.audiences))
        yield plural(others, "finding"), f"of no concern to: {people} (--for)"
    if milder and options.lowest is not None:
        yield plural(milder, "finding"), f"less severe than {options.lowest.label} (--severity)"
    if version > NEWEST:
        yield (
            f"what Kubernetes {version} changed",
            f"the newest version that Seawall knows is {NEWEST}",
        )


def namespace_lines(estate: Estate) -> tuple[NamespaceLine, ...]:
    """Where each namespace stands in the Pod Security Standards, and what keeps it from the next level."""
    return tuple(_line(namespace) for namespace in levels_by_namespace(estate))


def _line(namespace: NamespaceLevel) -> NamespaceLine:
    standing = namespace.standing
    checks = Counter(result.check.id for obstacle in standing.obstacles for result in obstacle.results)
    level = namespace.level
    return NamespaceLine(
        namespace=namespace.name,
        pods=namespace.pods,
        level=level.label if level is not None else "unknown",
        next_level=standing.next.label if standing.next is not None else "",
        in_the_way=tuple(sorted(checks.items(), key=lambda row: (-row[1], row[0]))),
        completed=namespace.completed,
    )


def chosen(options: Options) -> tuple[Rule, ...]:
    """The rules to ask.

    Raises:
        UsageError: a selector picks no rule.
    """
    return choose(catalog(), options.select, options.ignore, options.profile)
