"""A Service answers to addresses outside of the cluster.

Why: whoever can reach the load balancer, or any node's address, can talk to the workload, and NetworkPolicies often see
    only the node's address in place of the caller's.
Instead: `type: ClusterIP` behind an Ingress or a Gateway that ends TLS; where it must be a load balancer, make it
    internal or name the callers in `loadBalancerSourceRanges`.
Breaks: callers from outside that are not named.
Check: kubectl get services -A -o wide | grep -E 'LoadBalancer|NodePort'
Source: Kubernetes API reference, Service v1 core; OWASP Kubernetes Top Ten 2025, K06.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Service
from seawall.model.exposure.balancers import open_range, private
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    DECIDES,
    DEVELOPER,
    LOW,
    MEDIUM,
    OWNS,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(service: Service) -> Iterator[Evidence]:
    kind = spec_of(service.tree).get("type")
    if isinstance(kind, Unknown):
        yield unsure(kind, "spec", "type")
    elif kind == "NodePort":
        message = "has type: NodePort, a port on every node's address; use ClusterIP behind an Ingress or Gateway"
        yield fail(message, "spec", "type", value=kind, severity=LOW)
    elif kind == "LoadBalancer":
        yield from _balancer(service)


def _balancer(service: Service) -> Iterator[Evidence]:
    asked = private(service.resource)
    path, found = open_range(service.resource)
    if found is None or asked.answer is True:
        return
    if isinstance(found, Unknown):
        yield unsure(found, *path)
    elif isinstance(asked.answer, Unknown):
        yield unsure(asked.answer, *asked.path)
    else:
        message = (
            f"has type: LoadBalancer and lets in {found}; make it internal or name the callers in "
            "spec.loadBalancerSourceRanges"
        )
        yield fail(message, "spec", "type", value="LoadBalancer")


_SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: cart
"""

RULE = Rule(
    id="public-service-exposure",
    on=Service,
    check=check,
    severity=MEDIUM,
    otherwise={LOW: "the type is NodePort"},
    layer=Layer.CLUSTER,
    audience={DEVELOPER: OWNS, ARCHITECT: DECIDES, ANALYST: CARES},
    examples=(
        passes(manifest=_SERVICE + "spec: {ports: [{port: 80}]}"),
        passes(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24]}"),
        passes(
            manifest=_SERVICE
            + '  annotations: {networking.gke.io/load-balancer-type: "Internal"}\n'
            + "spec: {type: LoadBalancer}"
        ),
        passes(
            manifest=_SERVICE
            + "  annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: 203.0.113.0/24}\n"
            + "spec: {type: LoadBalancer, loadBalancerSourceRanges: []}"
        ),
        passes(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerClass: eks.amazonaws.com/nlb}"),
        passes(
            manifest=_SERVICE
            + "  annotations: {service.beta.kubernetes.io/aws-load-balancer-type: external}\n"
            + "spec: {type: LoadBalancer}"
        ),
        fails(
            manifest=_SERVICE
            + "  annotations:\n"
            + "    service.beta.kubernetes.io/aws-load-balancer-type: external\n"
            + "    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing\n"
            + "spec: {type: LoadBalancer}"
        ),
        unknown(manifest=_SERVICE + "  annotations: '${ALL}'\nspec: {type: LoadBalancer}"),
        fails(
            manifest=_SERVICE + "spec: {type: LoadBalancer}",
            at="spec.type",
            instead=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24]}",
        ),
        fails(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8, 0.0.0.0/0]}"),
        fails(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: [0.0.0.0/1, 128.0.0.0/1]}"),
        fails(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: ['8000::/1', '::/1']}"),
        passes(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: ['::/1', 128.0.0.0/1]}"),
        fails(manifest=_SERVICE + "spec: {type: NodePort, ports: [{port: 80}]}", at="spec.type"),
        unknown(manifest=_SERVICE + "spec: {type: '${TYPE}'}"),
        unknown(manifest=_SERVICE + "spec: {type: LoadBalancer, loadBalancerSourceRanges: ['${OFFICE}']}"),
        unknown(
            manifest=_SERVICE
            + '  annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "${INTERNAL}"}\n'
            + "spec: {type: LoadBalancer}"
        ),
    ),
)
