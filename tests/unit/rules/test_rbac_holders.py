"""Findings about roles say who holds them and through what; the verdict and the fingerprint do not depend on it."""

from __future__ import annotations

import msgspec
import pytest

from seawall.core import Document
from seawall.findings import Finding, judge
from seawall.inventory import Inventory, Unread, collect
from seawall.model import Estate, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac.rbac_secrets_read import RULE
from seawall.yamltext import Broken, read

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\n"
ROLE = f"""{HEAD}kind: ClusterRole
metadata: {{name: reader, labels: {{secret: "true"}}}}
rules: [{{apiGroups: [""], resources: [secrets], verbs: [get]}}]
"""
GATHERS = f"""---
{HEAD}kind: ClusterRole
metadata: {{name: all}}
aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{secret: "true"}}}}]}}
"""


def inventory(*texts: str, whole: bool = True) -> Inventory:
    read_ = (document for text in texts for document in read(text) if not isinstance(document, Broken))
    return collect((Document("x.yaml", document) for document in read_), whole=whole)


def finding(*texts: str, whole: bool = True) -> Finding:
    (found,) = judge(Estate(inventory(*texts, whole=whole)), [RULE]).findings
    return found


def binding(name: str, *users: str, kind: str = "ClusterRoleBinding", role: str = "reader") -> str:
    space = ", namespace: shop" if kind == "RoleBinding" else ""
    subjects = ", ".join(f'{{kind: User, name: "{user}", apiGroup: rbac.authorization.k8s.io}}' for user in users)
    return f"""---
{HEAD}kind: {kind}
metadata: {{name: {name}{space}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{subjects}]
"""


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([binding("b", "jane")], 'may get secrets; given to user "jane" (ClusterRoleBinding "b"); list '),
        ([binding("b", "jane", kind="RoleBinding")], 'given to user "jane" (RoleBinding "shop/b"); '),
        ([binding("b", *"abcde")], '"c" (ClusterRoleBinding "b") and 2 more; '),
        ([GATHERS, binding("b", "jane", role="all")], 'user "jane" (ClusterRoleBinding "b" to ClusterRole "all"); '),
        ([], "; given to nobody here; "),
        ([GATHERS, binding("b", "jane", role="view")], "; given to nobody here; "),
        ([binding("b", "${WHO}")], "may get secrets; list "),
    ],
)
def test_who_holds_a_role_is_told(others: list[str], told: str) -> None:
    assert told in finding(ROLE, *others).message


def test_nobody_is_said_of_a_whole_cluster_only() -> None:
    assert "nobody" not in finding(ROLE, whole=False).message


def test_nobody_is_not_said_where_bindings_were_not_read() -> None:
    hidden = Unread("RoleBinding", "rbac.authorization.k8s.io", "rolebindings", "", "no")
    live = msgspec.structs.replace(inventory(ROLE), unread=(hidden,))
    (found,) = judge(Estate(live), [RULE]).findings
    assert "given" not in found.message


def test_the_fingerprint_is_that_of_the_role_alone() -> None:
    assert finding(ROLE, binding("b", "jane")).fingerprint == finding(ROLE).fingerprint


def test_a_rule_that_did_not_declare_all_of_rbac_gets_no_answer() -> None:
    estate = Estate(inventory(ROLE))
    assert View(estate, RBAC_KINDS).access is View(estate, RBAC_KINDS).access
    with pytest.raises(LookupError, match="ClusterRoleBinding"):
        _ = View(estate, RBAC_KINDS[:3]).access
