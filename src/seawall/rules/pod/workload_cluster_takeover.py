"""A workload may take over others in every namespace.

Why: its account reads every Secret, starts pods under any account, enters other pods or acts as other accounts, outside
    of its own namespace too. Whoever gets into one container gets on from there to the rest of the cluster, kube-system
    included.
Instead: RoleBindings in the namespaces that the program works in, in place of the ClusterRoleBinding; Secrets by name.
Breaks: what the program did in namespaces that nobody wrote down; the audit log names each refused request.
Check: kubectl auth can-i --list --as=system:serviceaccount:NAMESPACE:NAME -n kube-system
Source: Kubernetes, "RBAC good practices", "Kubernetes RBAC - privilege escalation risks"; MITRE ATT&CK T1552.007.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.facts import Fact
from seawall.model.view import RBAC_KINDS
from seawall.rules.pod._takeover import estate, taken, why_taken
from seawall.rules.spec import ARCHITECT, CARES, DEVELOPER, HIGH, MEDIUM, OWNS, Evidence, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    return taken(pod, view, elsewhere=True)


def because(pod: PodTemplate, view: View, _evidence: Evidence) -> Iterator[Fact]:
    return why_taken(pod, view, elsewhere=True)


_WIDE = "ClusterRoleBinding"

RULE = Rule(
    id="workload-cluster-takeover",
    on=PodTemplate,
    check=check,
    because=because,
    uses=("ServiceAccount",),
    finds_by=RBAC_KINDS,
    severity=HIGH,
    otherwise={MEDIUM: "the right is one in single other namespaces"},
    layer=Layer.CLUSTER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES},
    examples=(
        passes(manifest=estate("configmaps", "get", _WIDE)),
        passes(manifest=estate("secrets", "get")),
        passes(manifest=estate("secrets", "get", _WIDE, pod="automountServiceAccountToken: false, ")),
        fails(
            manifest=estate("secrets", "list", _WIDE),
            at="spec.serviceAccountName",
            instead=estate("configmaps", "list", _WIDE),
        ),
        fails(manifest=estate("serviceaccounts/token", "create", _WIDE)),
        fails(
            manifest=estate("pods/exec", "create").replace(
                "{name: cart, namespace: shop}\nroleRef", "{name: cart, namespace: db}\nroleRef"
            )
        ),
        unknown(manifest=estate("secrets", '"${VERB}"', _WIDE)),
        unknown(manifest=estate("secrets", "get", _WIDE, pod="automountServiceAccountToken: '${MOUNT}', ")),
    ),
)
