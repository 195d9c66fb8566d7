"""The pods that the Pod Security admission project generates from its own checks, and whether we agree with them.

They are upstream's (`test/testdata` of kubernetes/pod-security-admission) and no part of this repository: point
`PSS_TESTDATA` at the folder or at a tar archive of it, or put `pod-security-admission-testdata.tar.gz` into a folder
`conformance` in or beside the checkout.
"""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seawall.core import Document, Verdict
from seawall.inventory import Resource, resources
from seawall.model import KubeVersion, PodTemplate
from seawall.model.podsecurity import CHECKS, Level, checks_for, evaluate
from seawall.model.workloads import pod_templates
from seawall.yamltext import Broken, read

EXPECTED = 4537
"""How many fixtures upstream has in July 2026, up to v1.37."""

_ROOT = Path(__file__).resolve().parents[2]
_ARCHIVE = "conformance/pod-security-admission-testdata.tar.gz"
_NAME = re.compile(r"(?:.*/)?(baseline|restricted)/(v1\.\d+)/(pass|fail)/([a-z_]+?)\d*\.yaml\Z")

_COMPANIONS = {
    "windowshostprocess": {"hostNamespaces"},  # a host process container must have hostNetwork
    "privileged": {"allowPrivilegeEscalation"},  # the API refuses false beside privileged
    "allowprivilegeescalation": {"capabilities_restricted"},  # one fixture has no securityContext at all
}
"""Fixture -> checks that refuse it besides the one it is about, because no valid pod has the one fault alone."""


class Fixture(NamedTuple):
    """One pod: at which level and version which check must allow or refuse it."""

    level: Level
    version: KubeVersion
    allowed: bool
    check: str
    """The check's id in lower case, or `base...` for a pod that is merely good."""
    path: str
    text: str


def location() -> Path | None:
    """The folder or archive of the fixtures; None when this machine has none."""
    named = os.environ.get("PSS_TESTDATA")
    if named:
        return Path(named)
    beside = [path for folder in (_ROOT, _ROOT.parent) for path in sorted(folder.glob(_ARCHIVE))]
    nearby = sorted(_ROOT.parent.glob(f"*/{_ARCHIVE}"))
    return next(iter([*beside, *nearby]), None)


def fixtures(where: Path) -> Iterator[Fixture]:
    """Every fixture of a folder or archive."""
    for path, text in _files(where):
        match = _NAME.match(path)
        if match:
            level, version, verdict, check = match.groups()
            yield Fixture(Level.parse(level), KubeVersion.parse(version), verdict == "pass", check, path, text)


def _files(where: Path) -> Iterator[tuple[str, str]]:
    if where.is_dir():
        for file in sorted(where.rglob("*.yaml")):
            yield file.relative_to(where).as_posix(), file.read_text(encoding="utf-8")
        return
    with tarfile.open(where) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name, content.read().decode()


def disagreement(fixture: Fixture) -> str:
    """How our verdict differs from upstream's; empty when it does not.

    A pod to allow has no result at all. A pod to refuse surely fails the check of its file name, or the restricted
    check that replaces it, and no other but the companions that a valid pod cannot do without.
    """
    results = evaluate(_pod_of(fixture), fixture.level, fixture.version)
    found = {result.check.id for result in results if result.verdict is Verdict.FAIL}
    undecided = {result.check.id for result in results} - found
    wanted = set() if fixture.allowed else _refusing(fixture)
    if undecided:
        return f"{fixture.path}: undecided by {sorted(undecided)}"
    if fixture.allowed and found:
        return f"{fixture.path}: refused by {sorted(found)}"
    if not wanted <= found <= wanted | _COMPANIONS.get(fixture.check, set()):
        return f"{fixture.path}: refused by {sorted(found)} instead of {sorted(wanted)}"
    return ""


def _refusing(fixture: Fixture) -> set[str]:
    """The one check that must refuse a pod: the named one, unless the level has another in its place."""
    active = {check.id for check in checks_for(fixture.level, fixture.version)}
    named = {check.id for check in CHECKS if check.id.lower() == fixture.check}
    return (named & active) or {check.id for check in CHECKS if check.replaces in named}


def _pod_of(fixture: Fixture) -> PodTemplate:
    (document,) = read(fixture.text)
    assert not isinstance(document, Broken), fixture.path
    (resource,) = resources(Document(fixture.path, document))
    assert isinstance(resource, Resource), f"{fixture.path}: {resource}"
    (pod,) = pod_templates(resource)
    return pod
