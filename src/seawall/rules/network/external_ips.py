"""A Service claims addresses of its own choice.

Why: nodes send traffic for these addresses to the Service's pods, whoever owns the addresses. Whoever may write
    Services can so take over other workloads' traffic (CVE-2020-8554). The field is deprecated since Kubernetes 1.36.
Instead: a Service of type LoadBalancer, whose address a controller gives out, or a Gateway; and the admission plugin
    DenyServiceExternalIPs.
Breaks: clients of the claimed addresses.
Check: kubectl get services -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.spec.externalIPs}{"\\n"}{end}'
Source: CVE-2020-8554; Kubernetes API reference, Service v1 core, externalIPs.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Service
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Fix, Remove, Rule, fail, fails, passes, unknown, unsure


def check(service: Service) -> Iterator[Evidence]:
    addresses = spec_of(service.tree).get("externalIPs")
    if isinstance(addresses, Unknown):
        yield unsure(addresses, "spec", "externalIPs")
    elif isinstance(addresses, list) and addresses:
        named = ", ".join(a.text if isinstance(a, Unknown) else str(a) for a in addresses)
        yield fail(f"claims {named} in externalIPs; use type: LoadBalancer", "spec", "externalIPs", value=addresses)


def fix(evidence: Evidence) -> Fix:
    return Fix("Claim no addresses", (Remove(evidence.path),))


RULE = Rule(
    id="external-ips",
    on=Service,
    check=check,
    fix=fix,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {externalIPs: []}}"),
        fails(
            manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {externalIPs: [203.0.113.9]}}",
            at="spec.externalIPs",
            after_fix="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {}}",
        ),
        unknown(manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {externalIPs: '${IPS}'}}"),
    ),
)
