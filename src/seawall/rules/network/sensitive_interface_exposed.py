"""A database's or an administrator's port is open to addresses outside of the cluster.

Why: such interfaces trust their network: some ask for no password at all, others give everything to the first one that
    is guessed or leaked. Scanners find an open port within minutes.
Instead: `type: ClusterIP`; people reach it with `kubectl port-forward`, programs from inside of the cluster.
Breaks: clients outside of the cluster.
Check: kubectl get services -A | grep -E 'LoadBalancer|NodePort' | grep -E ':?(2379|5432|6379|9200|10250|27017)'
Source: OWASP Kubernetes Top Ten 2025, K06; the port assignments of the products named.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Service
from seawall.rules.network._exposure import internal, open_range, spec_of
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

_PORTS = {
    22: "SSH",
    1433: "SQL Server",
    1521: "Oracle",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    2380: "etcd",
    3306: "MySQL",
    3389: "remote desktops",
    5432: "PostgreSQL",
    5601: "Kibana",
    5900: "VNC",
    5984: "CouchDB",
    6379: "Redis",
    8086: "InfluxDB",
    9042: "Cassandra",
    9090: "Prometheus",
    9093: "Alertmanager",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    10250: "the kubelet",
    10255: "the kubelet",
    11211: "memcached",
    15672: "RabbitMQ's management",
    27017: "MongoDB",
}


def check(service: Service) -> Iterator[Evidence]:
    spec = spec_of(service.tree)
    kind = spec.get("type")
    if isinstance(kind, Unknown):
        yield unsure(kind, "spec", "type")
    elif kind in ("NodePort", "LoadBalancer"):
        private, (_, opened) = internal(service), open_range(service)
        closed = kind == "LoadBalancer" and (private is True or opened is None)
        if not closed:
            depends = next((value for value in (private, opened) if isinstance(value, Unknown)), None)
            yield from _ports(spec.get("ports"), str(kind), depends if kind == "LoadBalancer" else None)


def _ports(ports: object, kind: str, depends: Unknown | None) -> Iterator[Evidence]:
    if isinstance(ports, Unknown):
        yield unsure(ports, "spec", "ports")
    for index, entry in items(ports):
        for key in ("targetPort", "port"):
            number = dig(entry, key)
            if isinstance(number, Unknown):
                yield unsure(number, "spec", "ports", index, key)
            elif isinstance(number, int) and number in _PORTS:
                at = ("spec", "ports", index, key)
                message = f"opens {key} {number}, the port of {_PORTS[number]}, by type: {kind}; use type: ClusterIP"
                yield unsure(depends, *at) if depends is not None else fail(message, *at, value=number)
                break


_SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: db}, spec: "

RULE = Rule(
    id="sensitive-interface-exposed",
    on=Service,
    check=check,
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
        unknown(manifest=_SERVICE + "{type: NodePort, ports: [{port: '${PORT}'}]}}"),
        unknown(manifest=_SERVICE + "{type: '${TYPE}', ports: [{port: 5432}]}}"),
        unknown(manifest=_SERVICE + "{type: NodePort, ports: ['${PORT}']}}"),
    ),
)
