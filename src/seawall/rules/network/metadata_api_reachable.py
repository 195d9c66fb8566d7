"""A NetworkPolicy opens the cloud's metadata address to pods.

Why: 169.254.169.254 gives whoever asks the credentials of the node. A pod that can reach it can become the node, and
    what the node may do in the cloud account.
Instead: except the address (`except: [169.254.169.254/32]`), or allow only the ports that are needed; let the cloud's
    workload identity give pods credentials of their own.
Breaks: programs that take the node's credentials from the metadata address.
Check: kubectl exec -n NAMESPACE POD -- wget -T2 -qO- http://169.254.169.254/
Source: MITRE ATT&CK T1552.005; OWASP Kubernetes Top Ten 2025, K08.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import NetworkPolicy
from seawall.rules.network._open_rules import rules_of
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_METADATA = ipaddress.ip_address("169.254.169.254")
_HTTP = 80


def check(policy: NetworkPolicy) -> Iterator[Evidence]:
    rules = rules_of(policy, "egress")
    if isinstance(rules, Unknown):
        yield unsure(rules, "spec", "egress")
    for index, rule in items(rules):
        reaches = _reaches_http(dig(rule, "ports"))
        peers = dig(rule, "to")
        if isinstance(peers, Unknown):
            yield unsure(peers, "spec", "egress", index, "to")
        for number, peer in items(peers) if reaches is not False else ():
            path = ("spec", "egress", index, "to", number, "ipBlock")
            yield from _judge(dig(peer, "ipBlock"), path, reaches)


def _judge(block: object, path: tuple[str | int, ...], reaches: bool | Unknown) -> Iterator[Evidence]:
    cidr, excepted = dig(block, "cidr"), dig(block, "except")
    if isinstance(cidr, Unknown):
        yield unsure(cidr, *path, "cidr")
    elif not _holds(cidr) or any(_holds(entry) for _, entry in items(excepted)):
        return
    elif (later := _unsettled(excepted)) is not None:
        yield unsure(later, *path, "except")
    elif isinstance(reaches, Unknown):
        yield unsure(reaches, *path[:3], "ports")
    else:
        message = f"opens {cidr}, and with it the metadata address 169.254.169.254; add it to except"
        yield fail(message, *path, "cidr", value=cidr)


def _unsettled(excepted: object) -> Unknown | None:
    values = (excepted, *(entry for _, entry in items(excepted)))
    return next((value for value in values if isinstance(value, Unknown)), None)


def _holds(cidr: object) -> bool:
    try:
        return isinstance(cidr, str) and _METADATA in ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return False


def _reaches_http(ports: object) -> bool | Unknown:
    """Whether the ports of a rule include TCP 80, where the metadata address answers; a named one is the pod's."""
    if isinstance(ports, Unknown):
        return ports
    entries = items(ports)
    unsettled: Unknown | None = None
    for _, entry in entries:
        port, end, protocol = (dig(entry, key) for key in ("port", "endPort", "protocol"))
        unsettled = next((value for value in (port, end, protocol) if isinstance(value, Unknown)), unsettled)
        if not any(isinstance(value, Unknown) for value in (port, end, protocol)) and protocol in (None, "TCP"):
            last = end if isinstance(end, int) else port
            if port is None or (isinstance(port, int) and isinstance(last, int) and port <= _HTTP <= last):
                return True
    return unsettled if unsettled is not None else not entries


def _policy(egress: str) -> str:
    return (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: cart}, "
        f"spec: {{podSelector: {{}}, policyTypes: [Egress], egress: {egress}}}}}"
    )


RULE = Rule(
    id="metadata-api-reachable",
    on=NetworkPolicy,
    check=check,
    severity=MEDIUM,
    layer=Layer.CLOUD,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_policy("[]")),
        passes(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}]}]")),
        passes(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]")),
        passes(manifest=_policy("[{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]")),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  policyTypes: [Egress]
                  egress:
                  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
            """,
            at="spec.egress[0].to[0].ipBlock.cidr",
            instead="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  policyTypes: [Egress]
                  egress:
                  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}]
            """,
        ),
        fails(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 1, endPort: 1024}]}]")),
        passes(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]").replace("[Egress]", "[Ingress]")),
        fails(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]").replace("policyTypes: [Egress], ", "")),
        fails(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]")),
        unknown(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]").replace("[Egress]", "['${TYPE}']")),
        unknown(manifest=_policy("[{to: [{ipBlock: {cidr: '${CIDR}'}}]}]")),
        unknown(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: ['${METADATA}']}}]}]")),
        unknown(manifest=_policy("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: '${PORT}'}]}]")),
    ),
)
