r"""A container may write to its own file system.

Why: an attacker who gets in stores tools, changes scripts and configuration, and the next request runs them. A
    read-only image stays what was reviewed and scanned.
Instead: set `securityContext.readOnlyRootFilesystem: true` and mount an emptyDir where the program must write (/tmp,
    caches, pid files).
Breaks: programs that write to paths without a volume; run once in a test and look for "Read-only file system".
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..readOnlyRootFilesystem}{"\n"}{end}'
Source: NSA and CISA Kubernetes Hardening Guide 1.2, "Immutable container file systems".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import Container, ContainerClass
from seawall.rules.pod._helpers import unless_windows
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Fix, Rule, Set, fail, fails, passes, unknown, unsure

_WHERE: Final = ("securityContext", "readOnlyRootFilesystem")


def check(container: Container) -> Iterator[Evidence]:
    # Windows has no such mount, and an ephemeral container is a tool that was put in on purpose.
    if container.kind is not ContainerClass.EPHEMERAL:
        yield from unless_windows(container.pod, _said(container))


def _said(container: Container) -> Iterator[Evidence]:
    value = dig(container.security, "readOnlyRootFilesystem")
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value is not True:
        yield fail("may write to its root file system; set readOnlyRootFilesystem: true", *_WHERE, value=value)


def fix(evidence: Evidence) -> Fix:
    return Fix("Make the root file system read-only", (Set(evidence.path, True),))


RULE = Rule(
    id="writable-root-filesystem",
    on=Container,
    check=check,
    fix=fix,
    severity=LOW,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="securityContext: {readOnlyRootFilesystem: true}"),
        passes(pod="os: {name: windows}"),
        passes(pod="nodeSelector: {kubernetes.io/os: windows}"),
        fails(
            container="securityContext: {readOnlyRootFilesystem: false}",
            at="spec.containers[0].securityContext.readOnlyRootFilesystem",
            after_fix="securityContext: {readOnlyRootFilesystem: true}",
        ),
        fails(container="securityContext: {privileged: false}"),
        fails(
            pod="""
                initContainers: [{name: setup, image: setup:1}]
                containers: [{name: web, image: web:1, securityContext: {readOnlyRootFilesystem: true}}]
            """,
            at="spec.initContainers[0].securityContext.readOnlyRootFilesystem",
        ),
        unknown(pod="os: {name: '${OS}'}"),
        unknown(container="securityContext: {readOnlyRootFilesystem: '${READ_ONLY}'}"),
        unknown(container="securityContext: '${CONTEXT}'"),
    ),
)
