"""A namespace's Pod Security level refuses a workload that stands in it.

Why: the controller is accepted and its pods are not: a Deployment that never gets its pods, or one that loses them at
    the next restart of a node. What runs today was started before the label.
Instead: meet the level, or move the workload to a namespace for what needs more; the level of all others stays.
Breaks: nothing that works; to lower the level instead opens the namespace to every pod.
Check: kubectl get events -A --field-selector reason=FailedCreate
Source: Kubernetes, "Pod Security Admission", "Workload resources and Pod templates".
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seawall.core import Layer, Unknown, Verdict
from seawall.inventory import Resource
from seawall.model import KubeVersion, PodTemplate, View
from seawall.model.podsecurity import Level, Result, evaluate
from seawall.rules.namespace._common import LEVELS, PREFIX, undecided
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_SHOWN = 2


class Enforced(msgspec.Struct, frozen=True):
    """What a namespace enforces."""

    level: Level
    version: KubeVersion


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    enforced = view.once(_enforced).get(pod.resource.chosen_namespace or "")
    if isinstance(enforced, Unknown):
        yield unsure(enforced)
        return
    results = evaluate(pod, enforced.level, enforced.version) if enforced is not None else ()
    if enforced is not None and results:
        yield from _told(results, enforced, pod)


def _told(results: tuple[Result, ...], enforced: Enforced, pod: PodTemplate) -> Iterator[Evidence]:
    refused = [result for result in results if result.verdict is Verdict.FAIL]
    first = (refused or results)[0].violations[0]
    where = () if first.in_metadata else first.path
    if refused:
        more = f" and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else ""
        reasons = ", ".join(result.reason for result in refused[:_SHOWN])
        yield fail(
            f'stands in namespace "{pod.resource.namespace}", which enforces the Pod Security level '
            f"{enforced.level.label} and refuses the pod: {reasons}{more}; {first.noun} {first.detail}",
            *where,
            value=None if first.in_metadata else first.value,
        )
    else:
        value = (
            first.value if isinstance(first.value, Unknown) else Unknown("", "a value of the pod is filled in later")
        )
        yield unsure(value, *where)


def _enforced(view: View) -> dict[str, Enforced | Unknown]:
    """What each namespace that says a level enforces."""
    found: dict[str, Enforced | Unknown | None] = {}
    for namespace in view.of("Namespace"):
        if not namespace.group:
            level = _level(namespace, view)
            before = found.setdefault(namespace.name, level)
            # Overlays that are read together may have a Namespace of this name each.
            if not isinstance(before, Unknown) and (isinstance(level, Unknown) or before != level):
                found[namespace.name] = Unknown(namespace.name, "manifests of this name enforce different levels")
    return {name: enforced for name, enforced in found.items() if enforced is not None}


def _level(namespace: Resource, view: View) -> Enforced | Unknown | None:
    """None where it enforces nothing, or says what is no level."""
    labels = namespace.metadata.get("labels")
    if isinstance(labels, Unknown):
        return labels
    level, version = (namespace.labels.get(f"{PREFIX}{key}") for key in ("enforce", "enforce-version"))
    for value in (level, version):
        if (hole := undecided(value)) is not None:
            return hole
    if level not in LEVELS or level == "privileged":
        return None
    pinned = isinstance(version, str) and version.startswith("v1.") and version[3:].isdecimal()
    return Enforced(Level.parse(str(level)), KubeVersion.parse(str(version)) if pinned else view.kube_version)


def _estate(level: str, pod: str = "", version: str = "latest") -> str:
    return f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {{pod-security.kubernetes.io/enforce: {level}, pod-security.kubernetes.io/enforce-version: {version}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec: {{{pod}containers: [{{name: web, image: registry.example/web:1.0}}]}}"""


_PROBE = """
---
apiVersion: v1
kind: Pod
metadata: {name: probed, namespace: shop}
spec:
  containers:
  - {name: web, image: registry.example/web:1.0, livenessProbe: {tcpSocket: {host: db, port: 80}}}"""

_OTHER = """
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}}"""

RULE = Rule(
    id="pod-security-level-refuses",
    on=PodTemplate,
    check=check,
    uses=("Namespace",),
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("baseline")),
        passes(manifest=_estate("privileged", "hostPID: true, ")),
        passes(manifest=_estate("baseline", version="v1.33") + _PROBE),
        fails(
            manifest=_estate("baseline", "hostPID: true, "),
            at="spec.hostPID",
            instead=_estate("baseline"),
        ),
        fails(manifest=_estate("restricted")),
        fails(manifest=_estate("baseline") + _PROBE),
        unknown(manifest=_estate("'${LEVEL}'")),
        unknown(manifest=_estate("restricted") + _OTHER),
        unknown(manifest=_estate("baseline", "hostPID: '${PID}', ")),
    ),
)
