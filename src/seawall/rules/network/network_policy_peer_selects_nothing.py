"""A NetworkPolicy allows pods or namespaces that are not there.

Why: the rule allows nobody today, most often because a label was renamed or the namespace never had it. Whoever may
    set that label on a pod, or make a namespace with it, is let in later.
Instead: the labels that the pods' templates, or the namespace, carry; `kubernetes.io/metadata.name` selects a
    namespace by its name.
Breaks: connections that nobody can make today are allowed.
Check: kubectl get namespaces --show-labels; kubectl get pods -n NAMESPACE -l KEY=VALUE
Source: Kubernetes, "Network Policies", "Behavior of to and from selectors".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seawall.core import Layer, LeftOut, Unknown, dig, items
from seawall.model import NamespaceScope, NetworkPolicy, View
from seawall.model.network.index import NAME_LABEL
from seawall.model.selectors import Bearer, LabelIndex, labelled
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_SYSTEM = ("default", "kube-node-lease", "kube-public", "kube-system")
"""Namespaces that every cluster has; in the last one run pods that stand in no file, those of DNS for one."""


class Spaces(NamedTuple):
    """The namespaces of an estate by their labels."""

    names: tuple[str, ...]
    labels: LabelIndex


def check(policy: NetworkPolicy, view: View) -> Iterator[Evidence]:
    spec = spec_of(policy.tree)
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in items(spec.get(direction)):
            for at, peer in items(dig(rule, side)):
                where = ("spec", direction, index, side, at)
                if isinstance(peer, Unknown):
                    yield unsure(peer, *where)
                elif isinstance(peer, dict):
                    yield from _judged(peer, where, policy, view)


def _judged(
    peer: dict[str, object], where: tuple[str | int, ...], policy: NetworkPolicy, view: View
) -> Iterator[Evidence]:
    spaces, pods = peer.get("namespaceSelector"), peer.get("podSelector")
    for key, selector in (("namespaceSelector", spaces), ("podSelector", pods)):
        if isinstance(selector, Unknown):
            yield unsure(selector, *where, key)
            return
    names = [policy.resource.namespace or "default"]
    if spaces is not None:
        known = view.once(_spaces)
        names = [known.names[number] for number in known.labels.selected(spaces).may]
        if not names:
            message = (
                f"allows namespaces that are not there: none has {_text(spaces)}; select by labels that they carry"
            )
            yield fail(message, *where, "namespaceSelector", value=spaces)
            return
    if pods and (spaces is None or _SYSTEM[-1] not in names):
        yield from _of_pods(pods, sorted(names), (*where, "podSelector"), view)


def _of_pods(selector: object, names: list[str], where: tuple[str | int, ...], view: View) -> Iterator[Evidence]:
    doubt: Unknown | None = None
    for name in names:
        none = labelled(view, name).selects_none(selector)
        if none is False:
            return
        if isinstance(none, Unknown):
            pods = labelled(view, name)
            made = all(pods.pods[number].partial for number in pods.selected(selector).may)
            doubt = LeftOut(none.why, none.text) if made and doubt is None else doubt if made else none
    if doubt is not None:
        yield unsure(doubt, *where)
    else:
        there = "the namespaces that it selects" if len(names) > 1 else f'namespace "{names[0]}"'
        message = (
            f"allows pods that are not there: none in {there} has {_text(selector)}; select by labels that they carry"
        )
        yield fail(message, *where, value=selector)


def _text(selector: object) -> str:
    wanted = dig(selector, "matchLabels")
    if not isinstance(wanted, dict) or dig(selector, "matchExpressions") or len(wanted) > 1:
        return "these labels"
    return " ".join(f"the label {key}={value}" for key, value in wanted.items())


def _spaces(view: View) -> Spaces:
    scopes = {scope.name: scope for scope in view.namespaces}
    names = tuple(sorted({*scopes, *_SYSTEM}))
    return Spaces(names, LabelIndex(_bearer(name, scopes.get(name)) for name in names))


def _bearer(name: str, scope: NamespaceScope | None) -> Bearer:
    """All labels of a namespace with its object; those that nobody wrote down are open, but not of the system's own."""
    labels = scope.namespace.metadata.get("labels") if scope is not None and scope.namespace is not None else None
    if isinstance(labels, Unknown):
        return Bearer({NAME_LABEL: name}, open=True, certain=(NAME_LABEL,))
    known = labels if isinstance(labels, dict) else {}
    alone = scope is not None and scope.namespace is None and name not in _SYSTEM
    return Bearer({**known, NAME_LABEL: name}, open=alone, certain=(NAME_LABEL,))


def _estate(peer: str, side: str = "ingress: [{from: ") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: cart, namespace: shop}}
spec:
  podSelector: {{}}
  {side}[{{{peer}}}]}}]
---
{_REST}"""


_REST = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop, pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: registry.example/cart:1.0}]}"""

_DNS = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"

RULE = Rule(
    id="network-policy-peer-selects-nothing",
    on=NetworkPolicy,
    check=check,
    needs=("Namespace", "Pod"),
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("podSelector: {matchLabels: {app: cart}}"), estate=True),
        passes(manifest=_estate("namespaceSelector: {matchLabels: {team: shop}}"), estate=True),
        passes(manifest=_estate("ipBlock: {cidr: 10.0.0.0/8}"), estate=True),
        passes(
            manifest=_estate(f"{_DNS}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}", "egress: [{to: "),
            estate=True,
        ),
        passes(manifest=_estate("namespaceSelector: {}, podSelector: {matchLabels: {app: dns}}"), estate=True),
        fails(
            manifest=_estate("podSelector: {matchLabels: {app: card}}"),
            at="spec.ingress[0].from[0].podSelector",
            estate=True,
            instead=_estate("podSelector: {matchLabels: {app: cart}}"),
        ),
        fails(
            manifest=_estate("namespaceSelector: {matchLabels: {team: web}}", "egress: [{to: "),
            at="spec.egress[0].to[0].namespaceSelector",
            estate=True,
        ),
        fails(
            manifest=_estate("namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: a}}"),
            at="spec.ingress[0].from[0].podSelector",
            estate=True,
        ),
        unknown(manifest=_estate("podSelector: {matchLabels: {app: '${APP}'}}"), estate=True),
        unknown(manifest=_estate("podSelector: {matchLabels: {app: card}}")),
    ),
)
