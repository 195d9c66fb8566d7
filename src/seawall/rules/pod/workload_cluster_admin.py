"""A workload runs under an account that equals cluster-admin.

Why: whoever gets into one of its containers, by a flaw of the program or of a library, reads the token there and owns
    the cluster: every Secret, every node, every other workload. Each replica is a way in.
Instead: a role with the API groups, resources and verbs that the program uses; where it must hand out rights, a
    component of its own for that, which nobody else can reach.
Breaks: what the program did and nobody wrote down; the audit log names each refused request.
Check: kubectl auth can-i '*' '*' --all-namespaces --as=system:serviceaccount:NAMESPACE:NAME
Source: Kubernetes, "RBAC good practices", "Least privilege"; CIS Kubernetes Benchmark 5.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate, View
from seawall.model.permissions import Answer
from seawall.model.view import RBAC_KINDS
from seawall.rules.pod._accounts import admins_of, runs_as, why_admin
from seawall.rules.spec import (
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

_WHERE = "serviceAccountName"


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    runs = runs_as(pod, view)
    if isinstance(runs, Unknown):
        yield unsure(runs, _WHERE)
        return
    chain = None if runs.token is False else view.once(admins_of).of(runs.who)
    if chain is None:
        return
    doubt = chain.doubt if chain.answer is not Answer.YES else None
    if doubt is not None:
        yield unsure(doubt, _WHERE)
    elif isinstance(runs.token, Unknown):
        yield unsure(runs.token, "automountServiceAccountToken")
    else:
        yield fail(
            f'runs as ServiceAccount "{runs.name}", which equals cluster-admin: it {chain.text} ({chain.through}); '
            "give it a role with what it uses",
            _WHERE,
            value=pod.spec.get(_WHERE),
        )


def _estate(role: str, pod: str = "serviceAccountName: operator, ") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: operator, namespace: ops}}
spec: {{{pod}containers: [{{name: operator, image: registry.example/operator:1.0}}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: operator}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{{kind: ServiceAccount, name: operator, namespace: ops}}]"""


def _projected(audience: str) -> str:
    token = f"{{serviceAccountToken: {{{audience}path: token}}}}"
    volumes = f"volumes: [{{name: token, projected: {{sources: [{token}]}}}}], "
    return f"serviceAccountName: operator, automountServiceAccountToken: false, {volumes}"


_BINDS = """
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: binder}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings], verbs: [create, bind]}"""

RULE = Rule(
    id="workload-cluster-admin",
    on=PodTemplate,
    check=check,
    because=why_admin,
    uses=("ServiceAccount",),
    finds_by=RBAC_KINDS,
    severity=HIGH,
    layer=Layer.CLUSTER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES},
    concept="cluster-admin-binding",
    examples=(
        passes(manifest=_estate("view")),
        passes(manifest=_estate("cluster-admin", "serviceAccountName: other, ")),
        passes(
            manifest=_estate("cluster-admin", "serviceAccountName: operator, automountServiceAccountToken: false, ")
        ),
        # A token for somebody else the API server takes from nobody.
        passes(manifest=_estate("cluster-admin", _projected("audience: vault, "))),
        fails(manifest=_estate("cluster-admin", _projected(""))),
        fails(manifest=_estate("cluster-admin"), at="spec.serviceAccountName", instead=_estate("view")),
        fails(manifest=_estate("binder") + _BINDS, at="spec.serviceAccountName"),
        # Installed by `kubectl apply -n ops`.
        fails(manifest=_estate("cluster-admin").replace(", namespace: ops}\nspec", "}\nspec")),
        unknown(manifest=_estate("cluster-admin", "serviceAccountName: '${ACCOUNT}', ")),
        unknown(manifest=_estate("'${ROLE}'")),
        unknown(
            manifest=_estate(
                "cluster-admin", "serviceAccountName: operator, automountServiceAccountToken: '${MOUNT}', "
            )
        ),
    ),
)
