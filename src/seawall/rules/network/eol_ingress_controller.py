"""Traffic enters through ingress-nginx, which is no longer maintained.

Why: the project was retired in March 2026. New holes in a program that faces the internet, and that may read the TLS
    Secrets of every namespace, are not closed any more; CVE-2025-1974 let anyone in the pod network take it over.
Instead: a maintained Ingress controller, or a Gateway API implementation; `ingress2gateway` translates much of it.
Breaks: what relies on annotations that the new controller does not know.
Check: kubectl get ingressclass -o custom-columns=NAME:.metadata.name,CONTROLLER:.spec.controller
Source: Kubernetes blog, "Ingress NGINX Retirement" (November 2025); CVE-2025-1974.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Object
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    BOSS,
    CARES,
    HIGH,
    MEDIUM,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_CONTROLLER = "k8s.io/ingress-nginx"
_PREFIX = "nginx.ingress.kubernetes.io/"


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if resource.kind == "IngressClass":
        controller = dig(thing.tree, "spec", "controller")
        if isinstance(controller, str) and has_placeholder(controller):
            controller = Unknown(controller)
        if isinstance(controller, Unknown):
            yield unsure(controller, "spec", "controller")
        elif controller == _CONTROLLER:
            message = f"belongs to {controller}, retired in March 2026; move to a maintained controller"
            yield fail(message, "spec", "controller", value=controller)
    elif resource.kind == "Ingress" and resource.group in ("networking.k8s.io", "extensions"):
        annotations = dig(thing.tree, "metadata", "annotations")
        if isinstance(annotations, Unknown):
            yield unsure(annotations, "metadata", "annotations")
        # The first by name: a server gives annotations back in another order.
        key = min((key for key in resource.annotations if str(key).startswith(_PREFIX)), key=str, default=None)
        if key is not None:
            message = f'is written for ingress-nginx (annotation "{key}"), retired in March 2026; plan its move'
            yield fail(message, "metadata", "annotations", key, severity=MEDIUM)


RULE = Rule(
    id="eol-ingress-controller",
    on=Object,
    check=check,
    severity=HIGH,
    otherwise={MEDIUM: "an Ingress is only written for it"},
    concept="eol-component",
    layer=Layer.CLUSTER,
    audience={**ARCHITECT_OWNS, BOSS: CARES},
    examples=(
        passes(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: nginx}
                spec: {controller: nginx.org/ingress-controller}
            """
        ),
        passes(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: cart}}"),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: nginx}
                spec: {controller: k8s.io/ingress-nginx}
            """,
            at="spec.controller",
        ),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: cart, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "true"}}
            """
        ),
        unknown(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: nginx}
                spec: {controller: '${CONTROLLER}'}
            """
        ),
        unknown(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {annotations: '${ALL}'}}"),
    ),
)
