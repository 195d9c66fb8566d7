"""Compliance: one framework, control by control, for what was read."""

from __future__ import annotations

import difflib

import msgspec

from seawall.app.load import Progress, load, no_progress
from seawall.app.scan import Options
from seawall.app.triage import inline_policy
from seawall.core import Problem, Profile
from seawall.data.frameworks import Framework, frameworks
from seawall.errors import UsageError
from seawall.findings import judge
from seawall.model import Estate
from seawall.reports.compliance import Row, compliance, scanned
from seawall.rules.catalog import catalog
from seawall.triage.accept import accept


class Table(msgspec.Struct, frozen=True, eq=False):
    """A framework and the standing of each of its controls."""

    framework: Framework
    rows: tuple[Row, ...]
    objects: int
    """How many objects were read; 0 means that nothing can be said."""
    problems: tuple[Problem, ...] = ()
    """What could not be read or judged."""


def comply(name: str, options: Options, progress: Progress = no_progress) -> Table:
    """Asks every rule, of whatever profile, and sums the answers up by control.

    Raises:
        UsageError: there is no framework of that name.
    """
    framework = find(name)
    inventory = load(options.input, progress)
    estate = Estate(inventory, options.input.kube_version, options.registries)
    rules = tuple(rule for rule in catalog() if rule.profile <= Profile.STRICT)
    judgement = judge(estate, rules)
    findings = tuple(accept(estate, judgement, rules, options.policy or inline_policy()))
    rows = compliance(framework, scanned(estate, rules, findings, judgement.problems))
    return Table(framework, rows, len(inventory.resources), (*inventory.problems, *judgement.problems))


def find(name: str) -> Framework:
    """The framework `cis-1.12`, or the newest revision of `cis`.

    Raises:
        UsageError: there is none of that name.
    """
    known = frameworks()
    found = known.get(name)
    if found is not None:
        return found
    names = sorted({*known.frameworks, *(framework.name for framework in known.frameworks.values())})
    close = difflib.get_close_matches(name, names, 3)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"Take one of {', '.join(names)}"
    raise UsageError(f"there is no framework '{name}'", hint)
