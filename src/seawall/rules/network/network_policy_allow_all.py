"""A NetworkPolicy lets everyone in.

Why: policies add up, so that one rule without a peer and without ports undoes every other policy of the same pods in
    that direction. It looks like protection, and a later, stricter policy changes nothing.
Instead: name the peers and ports that the workload needs; keep a default deny beside it.
Breaks: connections that nobody has listed yet; watch them before you narrow the rule.
Check: kubectl get networkpolicies -A -o yaml | grep -B2 -A2 -E -- '- [{]}|0[.]0[.]0[.]0/0'
Source: Kubernetes API reference, NetworkPolicy v1 networking.k8s.io; Kubernetes docs, "Network Policies".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NetworkPolicy
from seawall.rules.network._open_rules import open_rules
from seawall.rules.spec import ARCHITECT_OWNS, LOW, MEDIUM, Evidence, Rule, fails, passes, unknown


def check(policy: NetworkPolicy) -> Iterator[Evidence]:
    return open_rules(policy, "ingress")


def _policy(spec: str) -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: cart}}, spec: {spec}}}"


RULE = Rule(
    id="network-policy-allow-all",
    on=NetworkPolicy,
    check=check,
    severity=MEDIUM,
    otherwise={LOW: "every pod of the cluster is let in, but nobody outside of it"},
    concept="no-network-policy",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Ingress, Egress]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: []}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")),
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Egress], ingress: [{}]}")),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  ingress:
                  - {}
            """,
            at="spec.ingress[0]",
            instead="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  ingress:
                  - from: [{podSelector: {matchLabels: {app: web}}}]
                    ports: [{port: 8080}]
            """,
        ),
        fails(manifest=_policy("{podSelector: {}, ingress: [{from: []}]}")),
        fails(manifest=_policy("{podSelector: {}, ingress: [{ports: [{}]}]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]}")),
        fails(
            manifest=_policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"),
            at="spec.ingress[0].from[0].ipBlock.cidr",
        ),
        unknown(manifest=_policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '${CIDR}'}}]}]}")),
        fails(manifest=_policy("{podSelector: {}, ingress: [{ports: [{port: 1, endPort: 65535}]}]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{ports: [{port: 1024, endPort: 65535}]}]}")),
        fails(
            manifest=_policy(
                "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]}"
            ),
            at="spec.ingress[0].from",
        ),
        passes(
            manifest=_policy(
                "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: '::/1'}}]}]}"
            )
        ),
        fails(
            manifest=_policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}"),
            at="spec.ingress[0].from[0].namespaceSelector",
        ),
        passes(
            manifest=_policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}")
        ),
        passes(
            manifest=_policy(
                "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]}"
            )
        ),
        passes(manifest=_policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]}")),
        unknown(manifest=_policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: '${SELECTOR}'}]}]}")),
        unknown(manifest=_policy("{podSelector: {}, ingress: '${RULES}'}")),
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Egress], ingress: '${RULES}'}")),
        unknown(manifest=_policy("{podSelector: {}, policyTypes: ['${TYPE}'], ingress: [{}]}")),
        unknown(
            manifest=_policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: '${E}'}}]}]}")
        ),
        unknown(
            manifest=_policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: '${PORTS}'}]}")
        ),
    ),
)
