"""A NetworkPolicy lets its pods connect to everything.

Why: a pod that was taken over can send data anywhere, load tools from anywhere, and ask the cloud's metadata address.
    Policies add up, so that this rule also undoes every stricter one of the same pods.
Instead: name the peers and ports that the workload needs, with DNS among them.
Breaks: connections that nobody has listed yet; watch them before you narrow the rule.
Check: kubectl get networkpolicies -A -o yaml | grep -B2 -A2 -E -- '- [{]}|0[.]0[.]0[.]0/0'
Source: Kubernetes API reference, NetworkPolicy v1 networking.k8s.io; Kubernetes docs, "Network Policies".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NetworkPolicy
from seawall.rules.network._open_rules import open_rules
from seawall.rules.spec import ARCHITECT_OWNS, LOW, STRICT, Evidence, Rule, fails, passes, unknown


def check(policy: NetworkPolicy) -> Iterator[Evidence]:
    return open_rules(policy, "egress")


def _policy(spec: str) -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: cart}}, spec: {spec}}}"


RULE = Rule(
    id="network-policy-egress-open",
    on=NetworkPolicy,
    check=check,
    severity=LOW,
    profile=STRICT,
    concept="no-egress-policy",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Ingress, Egress]}")),
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}")),
        passes(manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}")),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  policyTypes: [Egress]
                  egress:
                  - {}
            """,
            at="spec.egress[0]",
            instead="""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: cart}
                spec:
                  podSelector: {matchLabels: {app: cart}}
                  policyTypes: [Egress]
                  egress:
                  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
                    ports: [{port: 53, protocol: UDP}, {port: 53}]
                  - to: [{podSelector: {matchLabels: {app: db}}}]
                    ports: [{port: 5432}]
            """,
        ),
        fails(
            manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: '::/0'}}]}]}"),
            at="spec.egress[0].to[0].ipBlock.cidr",
        ),
        unknown(manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: '${CIDR}'}}]}]}")),
        unknown(manifest=_policy("{podSelector: {}, egress: '${RULES}'}")),
    ),
)
