"""A binding names a subject or a role as the API server refuses it.

Why: the server refuses the whole binding, or keeps the one that it has: who is named in the file does not have the
    right, and who was taken out of it may still have it.
Instead: kind `User`, `Group` or `ServiceAccount`; for an account no apiGroup and, in a ClusterRoleBinding, its
    namespace; for the others, and for `roleRef`, the apiGroup `rbac.authorization.k8s.io`.
Breaks: nothing; the binding is not accepted as it is.
Check: kubectl apply --dry-run=server -f FILE
Source: k8s.io/kubernetes `pkg/apis/rbac/validation` (`ValidateRoleBindingSubject`, `ValidateClusterRoleBinding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Binding
from seawall.model.permissions import RBAC_GROUP
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure

_GROUPS = {"User": RBAC_GROUP, "Group": RBAC_GROUP, "ServiceAccount": ""}
"""The apiGroup of each kind of subject; what is left out is filled in by the server."""


_ACCOUNT = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
"""How an account may be called; that a name is short enough and that no two dots meet is not looked at."""


def check(binding: Binding) -> Iterator[Evidence]:
    cluster = binding.resource.kind == "ClusterRoleBinding"
    for index, subject in items(binding.tree.get("subjects")):
        where = ("subjects", index)
        if isinstance(subject, Unknown):
            yield unsure(subject, *where)
        elif isinstance(subject, dict):
            yield from _of_subject(subject, *where, cluster=cluster)
    yield from _of_role(binding.tree.get("roleRef"), ("Role", "ClusterRole")[cluster:])


def _of_subject(subject: dict[str, object], *where: str | int, cluster: bool) -> Iterator[Evidence]:
    kind, group, space = (subject.get(field) for field in ("kind", "apiGroup", "namespace"))
    if isinstance(kind, Unknown):
        yield unsure(kind, *where, "kind")
        return
    if kind not in _GROUPS:
        said = f"of kind {kind!r}" if kind else "without a kind"
        message = f"has a subject {said}, which is refused; write User, Group or ServiceAccount"
        yield fail(message, *where, "kind", value=kind)
        return
    if isinstance(group, Unknown):
        yield unsure(group, *where, "apiGroup")
    elif group and group != _GROUPS[str(kind)]:
        wanted = _GROUPS[str(kind)] or "none"
        yield fail(
            f"has a {kind} of apiGroup {group!r}, which is refused; write {wanted}", *where, "apiGroup", value=group
        )
    yield from _of_name(subject.get("name"), str(kind), *where)
    if cluster and kind == "ServiceAccount" and not isinstance(space, Unknown) and not space:
        message = "has a ServiceAccount without a namespace, which a ClusterRoleBinding must name; write it"
        yield fail(message, *where, "namespace")


def _of_name(name: object, kind: str, *where: str | int) -> Iterator[Evidence]:
    if isinstance(name, Unknown):
        return  # nearly any name will do
    if not name:
        yield fail(f"has a {kind} without a name, which is refused; write it", *where, "name")
    elif kind == "ServiceAccount" and isinstance(name, str) and not _ACCOUNT.fullmatch(name):
        message = f"has a ServiceAccount called {name!r}, which is refused; write the name and the namespace apart"
        yield fail(message, *where, "name")


def _of_role(role: object, kinds: tuple[str, ...]) -> Iterator[Evidence]:
    if isinstance(role, Unknown):
        yield unsure(role, "roleRef")
        return
    kind, group = dig(role, "kind"), dig(role, "apiGroup")
    for field, value, allowed in (("kind", kind, kinds), ("apiGroup", group, (RBAC_GROUP,))):
        if isinstance(value, Unknown):
            yield unsure(value, "roleRef", field)
        elif isinstance(value, str) and value and value not in allowed:
            message = f"has a roleRef of {field} {value!r}, which is refused; write {' or '.join(allowed)}"
            yield fail(message, "roleRef", field, value=value)
    if not isinstance(kind, Unknown) and not kind:
        yield fail(f"has a roleRef without a kind, which is refused; write {' or '.join(kinds)}", "roleRef", "kind")
    yield from _of_name(dig(role, "name"), "roleRef", "roleRef")


def _binding(subject: str, role: str = "kind: ClusterRole, name: view", kind: str = "ClusterRoleBinding") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: example{", namespace: shop" if kind == "RoleBinding" else ""}}}
roleRef: {{{role}}}
subjects: [{{{subject}}}]"""


_CART = "kind: ServiceAccount, name: cart, namespace: shop"
_JANE = "kind: User, name: jane"

RULE = Rule(
    id="binding-refused",
    on=Binding,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_binding(_CART)),
        passes(manifest=_binding("kind: ServiceAccount, name: cart", kind="RoleBinding")),
        passes(manifest=_binding(f"{_JANE}, apiGroup: rbac.authorization.k8s.io")),
        fails(
            manifest=_binding(f"{_CART}, apiGroup: rbac.authorization.k8s.io"),
            at="subjects[0].apiGroup",
            instead=_binding(_CART),
        ),
        fails(manifest=_binding("kind: ServiceAccount, name: cart"), at="subjects[0].namespace"),
        fails(manifest=_binding("kind: Team, name: dev"), at="subjects[0].kind"),
        fails(manifest=_binding(f"{_JANE}, apiGroup: v1"), at="subjects[0].apiGroup"),
        fails(manifest=_binding(_JANE, "kind: Role, name: view"), at="roleRef.kind"),
        fails(manifest=_binding(_JANE, "apiGroup: v1, kind: ClusterRole, name: view"), at="roleRef.apiGroup"),
        fails(manifest=_binding("kind: User, name: ''"), at="subjects[0].name"),
        fails(
            manifest=_binding("kind: ServiceAccount, namespace: shop, name: 'system:serviceaccount:shop:cart'"),
            at="subjects[0].name",
        ),
        fails(manifest=_binding(_JANE, "name: view"), at="roleRef.kind"),
        fails(manifest=_binding(_JANE, "kind: ClusterRole"), at="roleRef.name"),
        passes(manifest=_binding("kind: User, name: '${USER}'", "kind: ClusterRole, name: '${ROLE}'")),
        unknown(manifest=_binding("kind: '${KIND}', name: cart")),
    ),
)
