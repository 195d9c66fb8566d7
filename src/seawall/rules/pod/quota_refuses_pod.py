"""A ResourceQuota counts what a container does not say, so that its pod is refused.

Why: the API server creates no pod in the namespace that leaves out a request or limit of cpu or memory which a quota
    counts. The controller is accepted and never gets its pods; what runs was started before the quota.
Instead: the request or limit in each container, init containers too, or a default in a LimitRange of the namespace.
Breaks: a container that needs more than its limit is killed (OOMKilled); look at its peak first.
Check: kubectl get events -A --field-selector reason=FailedCreate
Source: Kubernetes, "Resource Quotas", "How Kubernetes ResourceQuotas work"; k8s.io/kubernetes
    `pkg/quota/v1/evaluator/core`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import Container, ContainerClass, View
from seawall.rules.pod._helpers import resource_value
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_COUNTED: Final = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
"""What a quota counts -> what every container must then set."""
Wanted = dict[tuple[str, str], str]
"""What must be set -> the name of the quota that counts it."""


def check(container: Container, view: View) -> Iterator[Evidence]:
    wanted = view.once(_wanted).get(container.resource.namespace or "default")
    # An ephemeral container is added to a pod that is there already, and may not name resources.
    if wanted is None or container.kind is ContainerClass.EPHEMERAL:
        return
    if isinstance(wanted, Unknown):
        yield unsure(wanted)
        return
    missing: list[tuple[str, str]] = []
    for part, name in sorted(wanted):
        value = resource_value(container, part, name, view)
        if isinstance(value, Unknown):
            yield unsure(value, "resources", part, name)
        elif value is None:
            missing.append((part, name))
    if missing:
        told = " and ".join(f"{part}.{name}" for part, name in missing)
        yield fail(
            f'sets no {told}, which ResourceQuota "{wanted[missing[0]]}" counts, so that its pod is refused; '
            "set it in resources, or a default in a LimitRange",
            *("resources", *missing[0]),
        )


def _wanted(view: View) -> dict[str, Wanted | Unknown]:
    """By namespace what each container must set; quotas with scopes are about some pods only and are left out."""
    found: dict[str, Wanted | Unknown] = {}
    for quota in sorted(view.of("ResourceQuota"), key=lambda each: each.name):
        spec, space = quota.tree.get("spec"), quota.namespace or "default"
        hard = dig(spec, "hard")
        if any(isinstance(limit, Unknown) or limit for limit in (dig(spec, "scopes"), dig(spec, "scopeSelector"))):
            continue
        if isinstance(hard, Unknown):
            found.setdefault(space, hard)
        known = found.get(space)
        for word in hard if isinstance(hard, dict) else ():
            if word in _COUNTED:
                known = found[space] = known if isinstance(known, dict) else {}
                known.setdefault(_COUNTED[word], quota.name)
    return found


def _estate(hard: str, resources: str, more: str = "") -> str:
    return f"""\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: all, namespace: shop}}
spec: {{{more}hard: {hard}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec:
  containers:
  - {{name: web, image: registry.example/web:1.0, resources: {resources}}}"""


_RANGE = """
---
apiVersion: v1
kind: LimitRange
metadata: {name: all, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 256Mi}}]}"""
_CPU, _BOTH = "{requests: {cpu: 100m}}", "{requests: {cpu: 100m}, limits: {memory: 64Mi}}"

RULE = Rule(
    id="quota-refuses-pod",
    on=Container,
    check=check,
    needs=("LimitRange", "ResourceQuota"),
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("{pods: '10', limits.memory: 1Gi}", _BOTH), estate=True),
        passes(manifest=_estate("{requests.memory: 1Gi}", _BOTH), estate=True),
        passes(manifest=_estate("{limits.memory: 1Gi}", _CPU) + _RANGE, estate=True),
        passes(manifest=_estate("{limits.memory: 1Gi}", _CPU, "scopes: [BestEffort], "), estate=True),
        fails(manifest=_estate("{limits.memory: 1Gi}", _CPU, "scopes: [], "), estate=True),
        passes(manifest=_estate("{requests.storage: 1Gi}", _CPU), estate=True),
        fails(
            manifest=_estate("{limits.memory: 1Gi}", _CPU),
            at="spec.containers[0].resources.limits.memory",
            estate=True,
            instead=_estate("{limits.memory: 1Gi}", _BOTH),
        ),
        fails(manifest=_estate("{memory: 1Gi}", _CPU), estate=True),
        unknown(manifest=_estate("'${HARD}'", _CPU), estate=True),
        unknown(manifest=_estate("{limits.memory: 1Gi}", "'${RESOURCES}'"), estate=True),
        unknown(manifest=_estate("{limits.memory: 1Gi}", _CPU)),
    ),
)
