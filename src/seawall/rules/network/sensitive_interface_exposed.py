"""A database's or an administrator's port is open to addresses outside of the cluster.

Why: such interfaces trust their network: some ask for no password at all, others give everything to the first one that
    is guessed or leaked. Scanners find an open port within minutes.
Instead: `type: ClusterIP`; people reach it with `kubectl port-forward`, programs from inside of the cluster.
Breaks: clients outside of the cluster.
Check: kubectl get services -A | grep -E 'LoadBalancer|NodePort' | grep -E ':?(2379|5432|6379|9200|10250|27017)'
Source: OWASP Kubernetes Top Ten 2025, K06; the port assignments of the products named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import PodTemplate, Service, View
from seawall.model.exposure.balancers import open_range, private
from seawall.model.exposure.values import text_of
from seawall.model.selectors import labelled
from seawall.rules.network._exposure import spec_of
from seawall.rules.network._interfaces import BY_NAME, PORTS, named_interface
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    DEVELOPER,
    HIGH,
    OWNS,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(service: Service, view: View) -> Iterator[Evidence]:
    spec = spec_of(service.tree)
    kind = spec.get("type")
    if isinstance(kind, Unknown):
        yield unsure(kind, "spec", "type")
    elif kind in ("NodePort", "LoadBalancer"):
        hidden, (_, opened) = private(service.resource).answer, open_range(service.resource)
        closed = kind == "LoadBalancer" and (hidden is True or opened is None)
        if not closed:
            depends = next((value for value in (hidden, opened) if isinstance(value, Unknown)), None)
            yield from _ports(service, _pods(service, view), depends if kind == "LoadBalancer" else None)


def _pods(service: Service, view: View) -> list[PodTemplate]:
    """Those that the Service surely selects."""
    selector = spec_of(service.tree).get("selector")
    if not isinstance(selector, dict) or not selector:
        return []
    pods = labelled(view, service.resource.namespace)
    return [pods.pods[number] for number in sorted(pods.selected({"matchLabels": selector}).must)]


def _ports(service: Service, pods: list[PodTemplate], depends: Unknown | None) -> Iterator[Evidence]:
    ports, kind = spec_of(service.tree).get("ports"), spec_of(service.tree).get("type")
    if isinstance(ports, Unknown):
        yield unsure(ports, "spec", "ports")
    for index, entry in items(ports):
        if (called := named_interface(entry)) is not None:
            port = dig(entry, "port")
            message = f"opens port {text_of(port)}, called {called}, by type: {kind}; use type: ClusterIP"
            at = ("spec", "ports", index, "port")
            yield unsure(depends, *at) if depends is not None else fail(message, *at, value=port)
            continue
        for key in ("targetPort", "port"):
            written = dig(entry, key)
            if key == "targetPort" and _is_default(written, entry):
                continue
            at = ("spec", "ports", index, key)
            if isinstance(written, Unknown):
                yield unsure(written, *at)
                continue
            number, product = _product(written, service, pods)
            if isinstance(number, Unknown):
                yield unsure(number, *at)
            elif product:
                shown = written if written == number else f"{written} ({number})"
                message = f"opens {key} {shown}, the port of {product}, by type: {kind}; use type: ClusterIP"
                yield unsure(depends, *at) if depends is not None else fail(message, *at, value=written)
                break


def _is_default(target: object, entry: object) -> bool:
    """Whether a target port is what the API server writes where there is none, the port itself."""
    port = dig(entry, "port")
    return isinstance(target, int) and isinstance(port, int) and target == port


def _product(written: object, service: Service, pods: list[PodTemplate]) -> tuple[object, str]:
    """The number of a port and what listens there, empty where it is nothing known; by name it is the pods' port."""
    later: Unknown | None = None
    for number in _numbers(written, pods) if isinstance(written, str) else (written,):
        if isinstance(number, Unknown):
            later = number
        elif isinstance(number, int):
            word, product = BY_NAME.get(number, ("", ""))
            if number in PORTS or (word and _is_called(word, service, pods)):
                return number, PORTS.get(number, product)
    return later, ""


def _numbers(name: str, pods: list[PodTemplate]) -> Iterator[object]:
    for container in (container for pod in pods for container in pod.containers):
        for _, port in items(container.spec.get("ports")):
            if _is_text(dig(port, "name"), name):
                yield dig(port, "containerPort")


def _is_called(word: str, service: Service, pods: list[PodTemplate]) -> bool:
    images = [container.spec.get("image") for pod in pods for container in pod.containers]
    names = [service.resource.name, *(image for image in images if isinstance(image, str))]
    return any(re.search(rf"(?<![a-z])(?:{word})", name) for name in names)


def _is_text(value: object, text: str) -> bool:
    return isinstance(value, str) and value == text


def _jenkins(name: str, target: str, image: str) -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{type: LoadBalancer, selector: {{app: ci}}, ports: [{{port: 80, targetPort: {target}}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: ci, namespace: shop, labels: {{app: ci}}}}
spec:
  containers:
  - {{name: web, image: {image}, ports: [{{name: http, containerPort: 8080}}, {{name: redis, containerPort: 6379}}]}}
"""


_SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: db}, spec: "

RULE = Rule(
    id="sensitive-interface-exposed",
    on=Service,
    check=check,
    uses=("Namespace",),
    severity=HIGH,
    layer=Layer.CLUSTER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    examples=(
        passes(manifest=_SERVICE + "{ports: [{port: 5432}]}}"),
        passes(manifest=_SERVICE + "{type: LoadBalancer, ports: [{port: 443, targetPort: 8443}]}}"),
        passes(
            manifest=_SERVICE
            + "{type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], ports: [{port: 5432}]}}"
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata: {name: db}
                spec:
                  type: LoadBalancer
                  selector: {app: db}
                  ports: [{port: 5432}]
            """,
            at="spec.ports[0].port",
            instead="""
                apiVersion: v1
                kind: Service
                metadata: {name: db}
                spec:
                  type: ClusterIP
                  selector: {app: db}
                  ports: [{port: 5432}]
            """,
        ),
        fails(
            manifest=_SERVICE + "{type: NodePort, ports: [{port: 80, targetPort: 6379}]}}",
            at="spec.ports[0].targetPort",
        ),
        fails(manifest=_SERVICE + "{type: NodePort, ports: [{port: 2746}]}}"),
        fails(manifest=_SERVICE + "{type: NodePort, ports: [{name: jmx, port: 9010}]}}", at="spec.ports[0].port"),
        fails(manifest=_jenkins("ci", "redis", "registry.example/ci:1.0"), at="spec.ports[0].targetPort"),
        passes(manifest=_jenkins("ci", "http", "registry.example/ci:1.0")),
        fails(manifest=_jenkins("ci", "http", "registry.example/jenkins:1.0"), at="spec.ports[0].targetPort"),
        fails(manifest=_jenkins("jenkins", "8080", "registry.example/ci:1.0"), at="spec.ports[0].targetPort"),
        passes(manifest=_jenkins("jenkins", "8081", "registry.example/ci:1.0")),
        passes(manifest=_jenkins("ci", "metrics", "registry.example/jenkins:1.0")),
        unknown(manifest=_jenkins("ci", "redis", "ci:1").replace("6379", "'${PORT}'")),
        unknown(manifest=_SERVICE + "{type: NodePort, ports: [{port: '${PORT}'}]}}"),
        unknown(manifest=_SERVICE + "{type: '${TYPE}', ports: [{port: 5432}]}}"),
        unknown(manifest=_SERVICE + "{type: NodePort, ports: ['${PORT}']}}"),
    ),
)
