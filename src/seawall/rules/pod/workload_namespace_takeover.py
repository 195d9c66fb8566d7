"""A workload may take over the others of its namespace.

Why: its account reads every Secret of the namespace, starts pods there under any account, enters other pods or acts as
    other accounts. Whoever gets into one container has the whole namespace.
Instead: the Secrets that it reads in `resourceNames`; what starts pods in a namespace of its own, away from what it
    starts.
Breaks: programs that look Secrets up by listing them.
Check: kubectl auth can-i --list --as=system:serviceaccount:NAMESPACE:NAME -n NAMESPACE
Source: Kubernetes, "RBAC good practices", "Kubernetes RBAC - privilege escalation risks"; MITRE ATT&CK T1552.007.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.facts import Fact
from seawall.model.view import RBAC_KINDS
from seawall.rules.pod._takeover import estate, taken, why_taken
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, STRICT, Evidence, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    return taken(pod, view, elsewhere=False)


def because(pod: PodTemplate, view: View, _evidence: Evidence) -> Iterator[Fact]:
    return why_taken(pod, view, elsewhere=False)


RULE = Rule(
    id="workload-namespace-takeover",
    on=PodTemplate,
    check=check,
    because=because,
    uses=("ServiceAccount",),
    finds_by=RBAC_KINDS,
    severity=MEDIUM,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=estate("configmaps", "get")),
        passes(manifest=estate("secrets", "get", names="cart")),
        # Of what reaches further workload-cluster-takeover tells.
        passes(manifest=estate("secrets", "get", "ClusterRoleBinding")),
        fails(
            manifest=estate("secrets", "get"),
            at="spec.serviceAccountName",
            instead=estate("secrets", "get", names="cart"),
        ),
        fails(manifest=estate("pods", "create")),
        fails(manifest=estate("pods/exec", '"*"')),
        unknown(manifest=estate('"${WHAT}"', "get")),
    ),
)
