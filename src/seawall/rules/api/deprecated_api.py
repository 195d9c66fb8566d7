"""An object is of an API version, or a kind, that is deprecated.

Why: it still works, and stops working with an upgrade of the cluster, usually at a bad moment; a kind of the stable API
    that is deprecated (Endpoints) stays, but nothing new comes to it.
Instead: write the version that replaces it, before the upgrade; old objects are served in the new version too.
Breaks: clusters that are too old for the new version.
Check: kubectl get --raw /metrics | grep apiserver_requested_deprecated_apis
Source: Kubernetes "Deprecated API Migration Guide"; k8s.io/api, prerelease-lifecycle markers; Kubernetes changelogs.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Object, View
from seawall.rules.api._helpers import instead, lifecycle, named, reached
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object, view: View) -> Iterator[Evidence]:
    resource, version = thing.resource, view.kube_version
    if has_placeholder(resource.api_version):
        yield unsure(Unknown(resource.api_version), "apiVersion")
        return
    life = lifecycle(resource)
    if reached(life.deprecated, version) and not reached(life.removed, version):
        end = f" and {life.removed} removes" if life.removed else ""
        message = (
            f"is of {named(resource)}, which Kubernetes {life.deprecated} deprecated{end}"
            f"{instead(life, resource, version)}"
        )
        yield fail(message, "apiVersion", value=resource.api_version)


RULE = Rule(
    id="deprecated-api",
    on=Object,
    check=check,
    # The view carries the Kubernetes version; a rule is given one when it declares a kind.
    uses=("Pod",),
    severity=LOW,
    concept="outdated-kubernetes",
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest="{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: cart}}"),
        passes(manifest="{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: cart}}", kube="1.25"),
        fails(
            manifest="{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: cart}}",
            at="apiVersion",
            kube="1.24",
        ),
        fails(manifest="{apiVersion: v1, kind: Endpoints, metadata: {name: cart}}", at="apiVersion"),
        passes(manifest="{apiVersion: v1, kind: Endpoints, metadata: {name: cart}}", kube="1.32"),
        fails(manifest="{apiVersion: v1, kind: ComponentStatus, metadata: {name: etcd-0}}"),
        unknown(manifest="{apiVersion: '{{ .api }}', kind: Ingress, metadata: {name: cart}}"),
    ),
)
