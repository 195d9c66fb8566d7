"""An object is of an API version that the cluster no longer serves.

Why: the API server refuses the object. What it was to protect or to run is not there, and a deployment tool that goes
    on after the error leaves the cluster half done.
Instead: write the version that replaced it; `kubectl convert` does it where only names changed. Read the release notes,
    since defaults and fields may differ.
Breaks: clusters that are too old for the new version.
Check: kubectl apply --dry-run=server -f FILE
Source: Kubernetes "Deprecated API Migration Guide"; k8s.io/api, prerelease-lifecycle markers; Kubernetes changelogs.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Object, View
from seawall.rules.api._helpers import instead, lifecycle, named, reached
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object, view: View) -> Iterator[Evidence]:
    resource = thing.resource
    if has_placeholder(resource.api_version):
        yield unsure(Unknown(resource.api_version), "apiVersion")
        return
    life = lifecycle(resource)
    if reached(life.removed, view.kube_version):
        message = (
            f"is of {named(resource)}, which Kubernetes {life.removed} removed"
            f"{instead(life, resource, view.kube_version)}"
        )
        yield fail(message, "apiVersion", value=resource.api_version)


RULE = Rule(
    id="removed-api",
    on=Object,
    check=check,
    # The view carries the Kubernetes version; a rule is given one when it declares a kind.
    uses=("Pod",),
    severity=MEDIUM,
    concept="outdated-kubernetes",
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: cart}}"),
        passes(manifest="{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: cart}}", kube="1.24"),
        passes(manifest="{apiVersion: shop.example/v1beta1, kind: Ingress, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: cart}}", at="apiVersion"),
        fails(manifest="{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: cart}}", kube="1.25"),
        fails(manifest="{apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: rbac.authorization.k8s.io/v1alpha1, kind: Role, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: batch/v2alpha1, kind: CronJob, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: scheduling.k8s.io/v1alpha1, kind: PriorityClass, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: settings.k8s.io/v1alpha1, kind: PodPreset, metadata: {name: cart}}"),
        fails(manifest="{apiVersion: auditregistration.k8s.io/v1alpha1, kind: AuditSink, metadata: {name: cart}}"),
        unknown(manifest="{apiVersion: '{{ .api }}', kind: Ingress, metadata: {name: cart}}"),
    ),
)
