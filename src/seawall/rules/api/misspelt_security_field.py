"""A restriction is written in a field that the API does not know.

Why: the API server drops unknown fields with a warning that few see. The manifest looks hardened, and the cluster runs
    it without the restriction.
Instead: write the field as the API calls it and where the API has it: `runAsNonRoot` in a `securityContext`,
    `capabilities` in a container's and not in a pod's.
Breaks: what the restriction forbids, since it takes effect now.
Check: kubectl apply --dry-run=server --validate=strict -f FILE
Source: Kubernetes API reference; KEP-2885, server side unknown field validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, path_text
from seawall.inventory import Resource
from seawall.inventory.settle import Issue, settle_as
from seawall.model import Object, View
from seawall.model.workloads import is_builtin_group
from seawall.rules.api._fields import guards
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fail, fails, passes


def check(thing: Object, view: View) -> Iterator[Evidence]:
    for issue in (*thing.resource.issues, *_in_custom_pods(thing.resource, view)):
        if issue.kind == "unknown-field" and guards(issue.path, issue.hint):
            advice = issue.hint or f"it is not {issue.expected}"
            yield fail(f"sets {path_text(issue.path)}, which the API server drops; {advice}", *issue.path)


def _in_custom_pods(resource: Resource, view: View) -> Iterator[Issue]:
    """Issues of pod templates that a custom resource embeds whole; other forms may have fields of their own."""
    if not is_builtin_group(resource.group):
        for pod in view.pods_of(resource):
            if not pod.partial and pod.spec_key == "spec":
                yield from settle_as(pod.spec, "PodSpec", pod.path).issues


RULE = Rule(
    id="misspelt-security-field",
    on=Object,
    check=check,
    uses=("Pod",),
    severity=HIGH,
    concept="missing-security-context",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(container="securityContext: {runAsNonRoot: true}"),
        passes(pod="hostNetwork: false"),
        fails(
            container="securityContext: {runAsNonroot: true}",
            at="spec.containers[0].securityContext.runAsNonroot",
        ),
        fails(container="securitycontext: {runAsNonRoot: true}", at="spec.containers[0].securitycontext"),
        fails(container="runAsNonRoot: true", at="spec.containers[0].runAsNonRoot"),
        fails(pod="securityContext: {readOnlyRootFilesystem: true}"),
        fails(
            manifest="""
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: cart}
                spec:
                  template:
                    spec:
                      securityContext: {runAsNonroot: true}
                      containers: [{name: cart, image: registry.example/cart:1.0}]
            """,
            at="spec.template.spec.securityContext.runAsNonroot",
        ),
        fails(pod="automountServiceAccountTokens: false", at="spec.automountServiceAccountTokens"),
    ),
)
