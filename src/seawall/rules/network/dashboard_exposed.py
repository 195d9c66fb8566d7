"""The Kubernetes dashboard can be reached from outside of the cluster.

Why: it is a web page with the power of its service account and of every token that people paste into it. Open
    dashboards have been taken over to mine coins and to read cloud credentials.
Instead: keep its Service at ClusterIP and open it with `kubectl port-forward`, or remove it.
Breaks: people who open it at its public address.
Check: kubectl get services,ingress -A | grep -i dashboard
Source: OWASP Kubernetes Top Ten 2025, K06; Kubernetes docs, "Deploy and Access the Kubernetes Dashboard".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import Object
from seawall.rules.network._backends import Hole, Sent, sent
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT_OWNS,
    CARES,
    HIGH,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_DASHBOARD = re.compile(r"(?:.*-)?kubernetes-dashboard(?:-(?:web|kong|kong-proxy|nginx))?")


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if resource.kind == "Service" and not resource.group and _DASHBOARD.fullmatch(resource.name):
        kind = dig(thing.tree, "spec", "type")
        if isinstance(kind, Unknown):
            yield unsure(kind, "spec", "type")
        elif kind in ("NodePort", "LoadBalancer"):
            message = f"opens the dashboard by type: {kind}; use ClusterIP and kubectl port-forward"
            yield fail(message, "spec", "type", value=kind)
    else:
        for each in sent(resource):
            yield from _sent(each)


def _sent(each: Sent | Hole) -> Iterator[Evidence]:
    if isinstance(each, Hole):
        yield unsure(each.value, *each.at)
    elif isinstance(each.name, Unknown):
        yield unsure(each.name, *each.at)
    elif isinstance(each.name, str) and _DASHBOARD.fullmatch(each.name):
        yield fail("opens the dashboard to the hosts it serves; use kubectl port-forward", *each.at, value=each.name)


def _ingress(name: str) -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: tools}}
spec:
  rules:
  - host: tools.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: {name}, port: {{number: 443}}}}}}
"""


RULE = Rule(
    id="dashboard-exposed",
    on=Object,
    check=check,
    severity=HIGH,
    layer=Layer.CLUSTER,
    audience={**ARCHITECT_OWNS, ANALYST: CARES},
    examples=(
        passes(manifest="{apiVersion: v1, kind: Service, metadata: {name: kubernetes-dashboard}, spec: {}}"),
        passes(manifest=_ingress("grafana")),
        fails(
            manifest="{apiVersion: v1, kind: Service, metadata: {name: kubernetes-dashboard}, spec: {type: NodePort}}",
            at="spec.type",
        ),
        fails(
            manifest=_ingress("kubernetes-dashboard-kong-proxy"),
            at="spec.rules[0].http.paths[0].backend.service.name",
        ),
        unknown(
            manifest="{apiVersion: v1, kind: Service, metadata: {name: kubernetes-dashboard}, spec: {type: '${TYPE}'}}"
        ),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: tools}
                spec: {defaultBackend: {service: {name: kubernetes-dashboard, port: {number: 443}}}}
            """,
            at="spec.defaultBackend.service.name",
        ),
        fails(
            manifest="""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: tools}
                spec: {rules: [{backendRefs: [{name: kubernetes-dashboard, port: 443}]}]}
            """,
            at="spec.rules[0].backendRefs[0].name",
        ),
        unknown(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: ['${RULE}']}}"),
        unknown(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: '${SPEC}'}"),
    ),
)
