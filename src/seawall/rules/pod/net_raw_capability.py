r"""A container keeps the right to send raw packets.

Why: with NET_RAW a process answers for other addresses (ARP and DNS spoofing in the pod network) and reads traffic
    that was not meant for it. Most runtimes grant it unless it is dropped, and hardly any program needs it.
Instead: drop ALL capabilities, or at least NET_RAW.
Breaks: ping and packet captures from inside the container.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..capabilities}{"\n"}{end}'
Source: CIS Kubernetes Benchmark, "Minimize the admission of containers with the NET_RAW capability".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, items
from seawall.model import Container
from seawall.rules.pod._helpers import capability, listed, unless_windows
from seawall.rules.spec import (
    DEVELOPER_OWNS,
    LOW,
    MEDIUM,
    STRICT,
    Evidence,
    Fix,
    Remove,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_DROP: Final = ("securityContext", "capabilities", "drop")
_ADD: Final = ("securityContext", "capabilities", "add")
_MEANT: Final = frozenset(["ALL", "NET_RAW"])


def check(container: Container) -> Iterator[Evidence]:
    return unless_windows(container.pod, _said(container))


def _said(container: Container) -> Iterator[Evidence]:
    yield from _added(container)
    dropped = listed(container, "drop")
    if isinstance(dropped, Unknown):
        yield unsure(dropped, *_DROP)
        return
    names = [name for _, name in items(dropped)]
    # containerd reads the names in drop without the prefix CAP_, in any case.
    if any(isinstance(name, str) and name.upper() in _MEANT for name in names):
        return
    undecided = next((name for name in names if isinstance(name, Unknown)), None)
    if undecided is not None:
        yield unsure(undecided, *_DROP)
    else:
        # capabilities-not-dropped says the same of all of them.
        yield fail("keeps the capability NET_RAW, which runtimes grant by default; drop ALL", *_DROP, severity=LOW)


def _added(container: Container) -> Iterator[Evidence]:
    added = listed(container, "add")
    if isinstance(added, Unknown):
        yield unsure(added, *_ADD)
    for index, name in items(added):
        if isinstance(name, Unknown):
            yield unsure(name, *_ADD, index)
        elif isinstance(name, str) and capability(name) in _MEANT:
            yield fail(f"adds the capability {name}; leave it out", *_ADD, index, value=name)


def fix(evidence: Evidence) -> Fix:
    if evidence.path == _DROP:
        return Fix("Drop ALL capabilities", (Set(_DROP, ["ALL"]),))
    return Fix(f"Leave the capability {evidence.value} out", (Remove(evidence.path),))


RULE = Rule(
    id="net-raw-capability",
    on=Container,
    check=check,
    fix=fix,
    severity=MEDIUM,
    otherwise={LOW: "the container only keeps what runtimes grant by default"},
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="securityContext: {capabilities: {drop: [ALL]}}"),
        passes(container="securityContext: {capabilities: {drop: [NET_RAW, CHOWN]}}"),
        passes(pod="os: {name: windows}"),
        passes(pod="nodeSelector: {kubernetes.io/os: windows}"),
        fails(
            container="securityContext: {runAsNonRoot: true}",
            at="spec.containers[0].securityContext.capabilities.drop",
            after_fix="securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}",
        ),
        fails(
            container="securityContext: {capabilities: {drop: [ALL], add: [NET_RAW]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
        ),
        fails(container="securityContext: {capabilities: {drop: [CAP_NET_RAW]}}"),
        unknown(pod="os: {name: '${OS}'}"),
        unknown(container="securityContext: {capabilities: {drop: ['${DROP}']}}"),
        unknown(container="securityContext: {capabilities: {drop: [ALL], add: '${ADD}'}}"),
    ),
)
