"""A NetworkPolicy selects no pod.

Why: it looks like protection and protects nothing, most often because a label was renamed on the pods only.
Instead: select the labels that the pods' template carries (not the Deployment's own), or delete the policy.
Breaks: connections that the policy forbids, since it takes effect now.
Check: kubectl get pods -n NAMESPACE -l KEY=VALUE
Source: Kubernetes API reference, NetworkPolicySpec v1 networking.k8s.io, podSelector.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import NetworkPolicy, View
from seawall.model.selectors import labelled
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(policy: NetworkPolicy, view: View) -> Iterator[Evidence]:
    selector = spec_of(policy.tree).get("podSelector")
    if isinstance(selector, Unknown):
        yield unsure(selector, "spec", "podSelector")
    elif selector:
        none = labelled(view, policy.resource.namespace).selects_none(selector)
        if isinstance(none, Unknown):
            yield unsure(none, "spec", "podSelector")
        elif none:
            message = "selects no pod of its namespace; select the labels of the pods' template"
            yield fail(message, "spec", "podSelector", value=selector)


def _policy(selector: str) -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: cart, namespace: shop}}
spec: {{podSelector: {selector}}}
"""


def _estate(selector: str) -> str:
    return f"{_policy(selector)}{_PODS}"


_PODS = """\
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: registry.example/cart:1.0}]}
---
apiVersion: v1
kind: Pod
metadata: {name: basket, namespace: other, labels: {app: basket}}
spec: {containers: [{name: basket, image: registry.example/basket:1.0}]}
"""

_JOB = """\
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cart, namespace: shop}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: cart}}
        spec: {containers: [{name: cart, image: registry.example/cart:1.0}]}
"""


RULE = Rule(
    id="network-policy-selects-nothing",
    on=NetworkPolicy,
    check=check,
    needs=("Namespace", "Pod"),
    severity=MEDIUM,
    concept="no-network-policy",
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("{}"), estate=True),
        passes(manifest=_estate("{matchLabels: {app: cart}}"), estate=True),
        passes(
            manifest=_estate("{matchExpressions: [{key: app, operator: NotIn, values: [db]}]}"),
            estate=True,
        ),
        fails(
            manifest=_estate("{matchLabels: {app: basket}}"),
            at="spec.podSelector",
            estate=True,
            instead=_estate("{matchLabels: {app: cart}}"),
        ),
        fails(
            manifest=_estate("{matchExpressions: [{key: tier, operator: Exists}]}"),
            at="spec.podSelector",
            estate=True,
        ),
        unknown(manifest=_estate("{matchLabels: {app: '${APP}'}}"), estate=True),
        unknown(manifest=_policy("{matchExpressions: [{key: job-name, operator: Exists}]}") + _JOB, estate=True),
        passes(manifest=_policy("{matchLabels: {app: cart}}") + _JOB, estate=True),
        fails(manifest=_policy("{matchLabels: {pod-template-hash: 6f8d7c}}") + _JOB, estate=True),
        unknown(
            manifest=_estate("{matchLabels: {app: cart}}").replace("app: cart}}\nspec", "'${KEY}': cart}}\nspec"),
            estate=True,
        ),
        unknown(manifest=_estate("{matchLabels: {'${KEY}': cart}}"), estate=True),
        unknown(manifest=_estate("{matchLabels: '${LABELS}'}"), estate=True),
        unknown(manifest=_estate("{matchExpressions: ['${EXPRESSION}']}"), estate=True),
        unknown(manifest=_estate("{matchExpressions: [{key: app, operator: '${OPERATOR}'}]}"), estate=True),
        unknown(manifest=_estate("{matchLabels: {app: basket}}")),
    ),
)
