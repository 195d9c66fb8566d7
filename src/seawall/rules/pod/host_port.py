r"""A container binds a port of its node.

Why: the port answers on the node's own address, where many network plugins do not apply NetworkPolicy, and two
    replicas no longer fit on one node. Anyone who reaches the node reaches the process.
Instead: leave `hostPort` out and publish the port with a Service; a node agent that must be reachable on its own node
    can use a Service with `internalTrafficPolicy: Local`.
Breaks: clients that connect to the node's address and this port.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPort}{"\n"}{end}'
Source: Pod Security Standards, baseline, "Host Ports".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Container
from seawall.rules.spec import (
    DEVELOPER_OWNS,
    LOW,
    MEDIUM,
    Evidence,
    Fix,
    Remove,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(container: Container) -> Iterator[Evidence]:
    ports = container.spec.get("ports")
    on_node = container.pod.spec.get("hostNetwork") is True
    if isinstance(ports, Unknown):
        yield unsure(ports, "ports")
    for index, port in items(ports):
        number = dig(port, "hostPort")
        if isinstance(number, Unknown):
            yield unsure(number, "ports", index, "hostPort")
        elif number and on_node and _is_a_servers(container, port):
            continue
        elif number and on_node:
            yield fail(
                f"binds port {number} of its node, as every port of a pod with hostNetwork: true; leave both out",
                *("ports", index, "hostPort"),
                value=number,
                severity=LOW,
            )
        elif number:
            yield fail(
                f"binds port {number} of its node; leave hostPort out and use a Service",
                *("ports", index, "hostPort"),
                value=number,
            )


def _is_a_servers(container: Container, port: object) -> bool:
    """Whether the API server may have written it: it does so in a Pod with hostNetwork, and not in a template."""
    written, own = dig(port, "hostPort"), dig(port, "containerPort")
    is_pod = container.resource.kind == "Pod" and not container.pod.where
    return is_pod and not isinstance(own, Unknown) and written == own


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave hostPort out", (Remove(evidence.path),))


RULE = Rule(
    id="host-port",
    on=Container,
    check=check,
    fix=fix,
    severity=MEDIUM,
    otherwise={LOW: "the pod has hostNetwork: true, so that every port is one of the node"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:hostPorts",),
    examples=(
        passes(container="ports: [{containerPort: 8080}]"),
        passes(container="ports: [{containerPort: 8080, hostPort: 0}]"),
        fails(
            container="""
                ports:
                - containerPort: 8080
                  hostPort: 80
            """,
            at="spec.containers[0].ports[0].hostPort",
            after_fix="""
                ports:
                - containerPort: 8080
            """,
        ),
        fails(
            container="ports: [{containerPort: 1, hostPort: 1}, {containerPort: 2}, {containerPort: 3, hostPort: 3}]",
            at="spec.containers[0].ports[2].hostPort",
            after_fix="ports: [{containerPort: 1}, {containerPort: 2}, {containerPort: 3}]",
        ),
        fails(
            pod="initContainers: [{name: proxy, image: proxy:1, restartPolicy: Always, ports: [{hostPort: 53}]}]",
            at="spec.initContainers[0].ports[0].hostPort",
        ),
        fails(
            container="ports: [{containerPort: 8080, hostPort: '${PORT}'}, {containerPort: 81, hostPort: 81}]",
            at="spec.containers[0].ports[1].hostPort",
        ),
        passes(
            pod="""
                hostNetwork: true
                containers:
                - {name: web, image: web:1, ports: [{containerPort: 80, hostPort: 80}]}
            """
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: web}
                spec: {template: {spec: {hostNetwork: true, containers: [
                  {name: web, image: web:1, ports: [{containerPort: 80, hostPort: 80}]}]}}}
            """
        ),
        unknown(container="ports: [{containerPort: 8080, hostPort: '${PORT}'}]"),
        unknown(container="ports: ['${PORT}']"),
    ),
)
