"""What permissions come to over all bindings together."""

from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.inventory import collect
from seawall.model.access import Access, account, person
from seawall.model.access.might import Admins, holds_of
from seawall.model.permissions import Answer
from seawall.yamltext import Broken, read

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\n"
CART = account("shop", "cart")


def role(name: str, *rules: str) -> str:
    return f"---\n{HEAD}kind: ClusterRole\nmetadata: {{name: {name}}}\nrules: [{', '.join(rules)}]\n"


def rule(resource: str, verb: str, group: str = '""', names: str = "") -> str:
    limit = f", resourceNames: [{names}]" if names else ""
    return f"{{apiGroups: [{group}], resources: [{resource}], verbs: [{verb}]{limit}}}"


def gives(name: str, subject: str = "{kind: ServiceAccount, name: cart, namespace: shop}", space: str = "") -> str:
    kind, where = ("RoleBinding", f", namespace: {space}") if space else ("ClusterRoleBinding", "")
    ref = f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {name}}}"
    return f"---\n{HEAD}kind: {kind}\nmetadata: {{name: {name}{where}}}\n{ref}\nsubjects: [{subject}]\n"


def access(*texts: str) -> Access:
    read_ = (document for text in texts for document in read(text) if not isinstance(document, Broken))
    return Access(collect((Document("x.yaml", document) for document in read_), whole=True))


RBAC = "rbac.authorization.k8s.io"
WRITES = role("writes", rule("clusterrolebindings", "create", RBAC))
BINDS = role("binds", rule("clusterroles", "bind", RBAC))


def test_two_bindings_that_are_harmless_alone_equal_it_together() -> None:
    both = (WRITES, BINDS, gives("writes"), gives("binds"))
    chain = Admins(access(*both)).of(CART)
    assert chain is not None
    assert (chain.answer, chain.through) == (
        Answer.YES,
        'ClusterRoleBinding "binds" and ClusterRoleBinding "writes"',
    )
    for left_out in (2, 3):
        assert Admins(access(*(text for at, text in enumerate(both) if at != left_out))).of(CART) is None


def test_bindings_in_a_namespace_do_not_reach_the_cluster() -> None:
    assert Admins(access(WRITES, BINDS, gives("writes", space="shop"), gives("binds", space="shop"))).of(CART) is None


def test_a_role_that_somebody_else_holds_is_not_rewritten_for_oneself() -> None:
    text = role("other", rule("clusterroles", "'*'", RBAC, "victim")) + role("victim") + gives("other")
    assert Admins(access(text)).of(CART) is None
    chain = Admins(access(text, gives("victim"))).of(CART)
    assert chain is not None
    assert 'ClusterRole "victim"' in chain.text


def test_tokens_of_an_admin_equal_it_and_tokens_of_others_do_not() -> None:
    makes = role("makes", rule("serviceaccounts/token", "create")) + gives("makes", space="ops")
    admin = gives("cluster-admin", "{kind: ServiceAccount, name: root, namespace: ops}")
    chain = Admins(access(makes, admin)).of(CART)
    assert chain is not None
    assert chain.text == (
        'makes tokens of service account "ops/root", which equals it by ClusterRoleBinding "cluster-admin"'
    )
    assert Admins(access(makes, admin.replace("namespace: ops", "namespace: other"))).of(CART) is None


def test_a_subject_that_is_filled_in_later_is_nobody_elses_doubt() -> None:
    found = Admins(access(gives("cluster-admin", "{kind: User, name: '${WHO}'}")))
    assert found.of(CART) is None
    assert found.of(person("jane", ())) is None
    (grant,) = (each for each in found.access.grants.grants if each.member.unknown is not None)
    chain = found.filled_in(grant)
    assert chain is not None
    assert (chain.answer, chain.doubt) == (Answer.UNKNOWN, grant.member.unknown)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (rule("secrets", "list"), ["reads every Secret"]),
        (rule("secrets", "get", names="a"), []),
        (rule("deployments", "create", "apps"), ["starts pods under any account"]),
        (rule("pods", "exec"), []),
        (rule("pods/exec", "create"), ["runs commands in other pods"]),
        (rule("serviceaccounts", "impersonate"), ["acts as any account"]),
    ],
)
def test_rights_over_other_workloads(given: str, expected: list[str]) -> None:
    for space in ("", "shop"):
        found = holds_of(access(role("r", given), gives("r", space=space)), CART)
        assert [(hold.grip.text, hold.namespace) for hold in found] == [(text, space or None) for text in expected]


def test_what_everybody_holds_is_not_told_of_each() -> None:
    everybody = gives("r", "{kind: Group, name: 'system:serviceaccounts'}")
    assert not holds_of(access(role("r", rule("secrets", "get")), everybody), CART)


@pytest.mark.parametrize("verb", ["'${VERB}'", "create"])
@pytest.mark.parametrize("admin", ["'${ROLE}'", "cluster-admin"])
def test_acting_as_another_waits_for_what_is_filled_in_later(verb: str, admin: str) -> None:
    makes = role("makes", rule("serviceaccounts/token", verb)) + gives("makes", space="ops")
    ref = gives("cluster-admin", "{kind: ServiceAccount, name: root, namespace: ops}")
    chain = Admins(access(makes, ref.replace("ClusterRole, name: cluster-admin", f"ClusterRole, name: {admin}"))).of(
        CART
    )
    sure = (verb, admin) == ("create", "cluster-admin")
    assert chain is not None
    assert chain.answer is (Answer.YES if sure else Answer.UNKNOWN)
