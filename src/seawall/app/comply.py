"""Compliance: one framework, control by control, for what was read."""

from __future__ import annotations

import difflib

from seawall.app.load import Progress, judged_version, load, no_progress
from seawall.app.scan import Options
from seawall.app.triage import inline_policy
from seawall.core import Profile
from seawall.data.frameworks import Framework, frameworks
from seawall.errors import UsageError
from seawall.findings import judge
from seawall.model import Estate
from seawall.reports.compliance import compliance
from seawall.reports.compliance_rows import scanned
from seawall.reports.compliance_table import Table
from seawall.rules.catalog import catalog
from seawall.triage.accept import accepted


def comply(name: str, options: Options, progress: Progress = no_progress) -> Table:
    """Asks every rule, of whatever profile, and sums the answers up by control.

    Raises:
        UsageError: there is no framework of that name.
    """
    framework = find(name)
    inventory = load(options.input, progress)
    estate = Estate(inventory, judged_version(options.input, inventory), options.registries)
    rules = tuple(rule for rule in catalog() if rule.profile <= Profile.STRICT)
    judgement = judge(estate, rules)
    policy = options.policy or inline_policy()
    findings = accepted(estate, judgement, rules, policy).findings
    return Table(
        framework,
        compliance(framework, scanned(estate, rules, findings, judgement.problems)),
        objects=len(inventory.resources),
        whole=inventory.whole,
        excluded=options.input.exclude,
        not_looked_at=inventory.coverage.not_looked_at,
        version=estate.kube_version,
        settings=policy.file.name if policy.file is not None else "",
        baseline=policy.baseline_file,
        problems=(*inventory.problems, *judgement.problems),
    )


def find(name: str) -> Framework:
    """The framework `cis-1.12`, or the newest revision of `cis`.

    Raises:
        UsageError: there is none of that name.
    """
    known = frameworks()
    found = known.get(name.strip().casefold())
    if found is not None:
        return found
    names = sorted({*known.frameworks, *(framework.name for framework in known.frameworks.values())})
    close = difflib.get_close_matches(name.casefold(), names, 3)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"Take one of {', '.join(names)}"
    raise UsageError(f"there is no framework '{name}'", hint)
