"""How bad a right is, and how it is told: by its reach, by its names, once per rule of a role."""

from __future__ import annotations

import pytest

from seawall.core import Document, Severity, Verdict
from seawall.findings import Finding, judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.permissions import Answer, PolicyRule, grants_everything
from seawall.rules.catalog import catalog
from seawall.rules.rbac.cluster_admin_binding import RULE as CLUSTER_ADMIN
from seawall.rules.rbac.rbac_builtin_admin_binding import RULE as BUILTIN_ADMIN
from seawall.rules.rbac.rbac_escalate_bind_impersonate import RULE as ESCALATE
from seawall.rules.rbac.rbac_pod_create import RULE as POD_CREATE
from seawall.rules.rbac.rbac_secrets_read import RULE as SECRETS_READ
from seawall.rules.rbac.rbac_wildcard import RULE as WILDCARD
from seawall.rules.spec import Rule
from seawall.yamltext import Broken, read

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\n"


def found(text: str, *rules: Rule) -> tuple[Finding, ...]:
    documents = [Document("x.yaml", document) for document in read(text) if not isinstance(document, Broken)]
    judgement = judge(Estate(collect(documents)), rules or [rule for rule in catalog() if rule.family == "rbac"])
    assert not judgement.problems
    return judgement.findings


def role(*rules: str, kind: str = "ClusterRole", name: str = "operator") -> str:
    namespace = ", namespace: shop" if kind == "Role" else ""
    lines = "\n".join(f"- {{{rule}}}" for rule in rules)
    return f"{HEAD}kind: {kind}\nmetadata: {{name: {name}{namespace}}}\nrules:\n{lines}\n"


def binding(subject: str, kind: str = "ClusterRoleBinding") -> str:
    ref = "roleRef: {kind: ClusterRole, name: cluster-admin}"
    return f"{HEAD}kind: {kind}\nmetadata: {{name: x}}\n{ref}\nsubjects: [{subject}]\n"


def account(name: str, namespace: str) -> str:
    return f"{{kind: ServiceAccount, name: {name}, namespace: {namespace}}}"


def test_a_role_is_milder_than_a_cluster_role() -> None:
    rule = 'apiGroups: [""], resources: [secrets], verbs: [list]'
    (wide,) = found(role(rule), SECRETS_READ)
    (narrow,) = found(role(rule, kind="Role"), SECRETS_READ)
    assert (wide.severity, narrow.severity) == (Severity.HIGH, Severity.MEDIUM)


@pytest.mark.parametrize("resource", ["pods", "pods/exec", "secrets", "configmaps"])
def test_nobody_is_told_to_write_the_role_that_is_there(resource: str) -> None:
    rule = f'apiGroups: [""], resources: [{resource}], verbs: [create, get, update]'
    inside = role(rule, kind="Role").replace("namespace: shop", "namespace: kube-system")
    (wide,), narrow = found(role(rule)), found(inside)
    assert "Role" in wide.evidence.message.partition("; ")[2]
    assert narrow
    assert not [finding for finding in narrow if "Role" in finding.evidence.message.partition("; ")[2]]


def test_named_objects_are_milder_still() -> None:
    rule = "apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [view], verbs: [bind]"
    (finding,) = found(role(rule), ESCALATE)
    assert finding.severity is Severity.LOW
    assert finding.message.startswith("ClusterRole \"operator\" may bind clusterroles named 'view'; keep to it only ")


@pytest.mark.parametrize(
    ("kind", "right", "severity"),
    [
        ("ClusterRole", "resources: [clusterroles], resourceNames: [view, cluster-admin], verbs: [bind]", "critical"),
        ("ClusterRole", "resources: [clusterroles], resourceNames: [cluster-admin], verbs: [escalate]", "low"),
        ("ClusterRole", "resources: [roles], resourceNames: [cluster-admin], verbs: [bind]", "low"),
        ("ClusterRole", 'resources: [groups], resourceNames: ["system:masters"], verbs: [impersonate]', "critical"),
        ("ClusterRole", 'resources: [users], resourceNames: ["system:masters"], verbs: [impersonate]', "low"),
        ("Role", "resources: [clusterroles], resourceNames: [cluster-admin], verbs: [bind]", "high"),
        ("Role", "resources: [clusterroles], resourceNames: [view], verbs: [bind]", "low"),
        ("Role", "resources: [clusterroles], verbs: [bind]", "high"),
    ],
)
def test_a_name_that_means_everything_is_no_limit(kind: str, right: str, severity: str) -> None:
    (finding,) = found(role(f'apiGroups: ["", rbac.authorization.k8s.io], {right}', kind=kind), ESCALATE)
    assert finding.severity.label == severity
    assert finding.path_text == "rules[0].verbs"


def test_a_role_cannot_escalate_what_has_no_namespace() -> None:
    right = "apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]"
    assert found(role(right, kind="Role"), ESCALATE) == ()


def test_one_finding_for_each_rule_of_the_role_says_all_of_it() -> None:
    rule = 'apiGroups: ["", apps, batch], resources: [pods, deployments, jobs, cronjobs, statefulsets], verbs: [create]'
    (finding,) = found(role(rule), POD_CREATE)
    assert "may create pods, deployments.apps, statefulsets.apps, jobs.batch and 1 more;" in finding.message


def test_a_role_that_allows_everything_is_not_told_once_per_right() -> None:
    findings = found(role('apiGroups: ["*"], resources: ["*"], verbs: ["*"]'))
    assert [finding.rule.id for finding in findings] == ["rbac-admin-equivalent"]
    assert findings[0].severity is Severity.CRITICAL


@pytest.mark.parametrize("label", ["kubernetes.io/bootstrapping: rbac-defaults", "addonmanager.kubernetes.io/mode: x"])
def test_the_clusters_own_roles_are_left_alone(label: str) -> None:
    text = role('apiGroups: [""], resources: [secrets], verbs: [get]', name='"system:controller:token-cleaner"')
    assert found(text.replace('cleaner"', f'cleaner", labels: {{{label}}}')) == ()


def test_a_name_alone_makes_no_role_the_clusters_own() -> None:
    (finding,) = found(role('apiGroups: ["*"], resources: ["*"], verbs: ["*"]', name='"system:operator"'))
    assert finding.rule.id == "rbac-admin-equivalent"


def test_a_role_is_not_hidden_by_a_field_that_only_cluster_roles_have() -> None:
    text = role('apiGroups: ["*"], resources: ["*"], verbs: ["*"]', kind="Role") + "aggregationRule: {}\n"
    (finding,) = [finding for finding in found(text) if finding.rule.family == "rbac"]
    assert finding.rule.id == "rbac-namespace-admin"


def test_a_label_alone_makes_no_role_the_clusters_own() -> None:
    text = role('apiGroups: [""], resources: [secrets], verbs: [get]').replace(
        "name: operator", "name: operator, labels: {kubernetes.io/bootstrapping: rbac-defaults}"
    )
    assert [finding.rule.id for finding in found(text)] == ["rbac-secrets-read"]


def test_an_operators_own_resources_are_mild() -> None:
    (own,) = found(role('apiGroups: [feeds.example], resources: ["*"], verbs: ["*"]'), WILDCARD)
    (apps,) = found(role('apiGroups: [apps], resources: ["*"], verbs: ["*"]'), WILDCARD)
    assert (own.severity, apps.severity) == (Severity.LOW, Severity.HIGH)


def test_an_account_with_cluster_admin_is_worse_than_a_group() -> None:
    (account,) = found(binding("{kind: ServiceAccount, name: ci, namespace: ops}"), CLUSTER_ADMIN)
    (group,) = found(binding("{kind: Group, name: platform}"), CLUSTER_ADMIN)
    assert (account.severity, group.severity) == (Severity.CRITICAL, Severity.HIGH)
    assert 'to service account "ops/ci"' in account.message


@pytest.mark.parametrize(
    ("subject", "who"),
    [
        ("{kind: Group, name: 'system:authenticated'}", "everybody with any credential"),
        ("{kind: Group, name: 'system:unauthenticated'}", "everybody without credentials"),
        ("{kind: User, name: 'system:anonymous'}", "everybody without credentials"),
        ("{kind: Group, name: 'system:serviceaccounts'}", "every service account, so every pod"),
    ],
)
def test_cluster_admin_for_everybody_is_worst_and_says_who_that_is(subject: str, who: str) -> None:
    findings = found(binding(subject))
    assert {finding.rule.id for finding in findings} >= {"cluster-admin-binding"}
    assert len(findings) == 2
    assert all(finding.severity is Severity.CRITICAL and who in finding.message for finding in findings)


def test_a_user_called_as_the_group_of_masters_is_none_of_it() -> None:
    assert found(binding("{kind: Group, name: 'system:masters'}"), CLUSTER_ADMIN) == ()
    (finding,) = found(binding("{kind: User, name: 'system:masters'}"), CLUSTER_ADMIN)
    assert finding.path_text == "roleRef.name"


def test_an_undecided_subject_does_not_hide_a_sure_role() -> None:
    (finding,) = found(binding('{kind: Group, name: "${GROUP}"}'), CLUSTER_ADMIN)
    assert finding.verdict is Verdict.FAIL


def test_what_a_namespaced_role_cannot_give_is_told_as_that_only() -> None:
    rule = 'apiGroups: [""], resources: [nodes, nodes/proxy, persistentvolumes], verbs: [create, patch]'
    assert [finding.rule.id for finding in found(role(rule, kind="Role"))] == ["role-cluster-scoped-resource"] * 3
    assert {finding.rule.id for finding in found(role(rule))} == {
        "rbac-node-proxy",
        "rbac-node-write",
        "rbac-pv-create",
    }


def test_many_roles_of_one_name_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PolicyRule] = []

    def counted(rule: PolicyRule) -> Answer:
        asked.append(rule)
        return grants_everything(rule)

    monkeypatch.setattr("seawall.rules.rbac._rights.grants_everything", counted)
    roles = [role("apiGroups: ['*'], resources: ['*'], verbs: ['*']"), *[role("verbs: [get]")] * 4]
    bindings = [binding("{kind: User, name: jane}").replace("name: cluster-admin", "name: operator")] * 5
    assert len(found("---\n".join((*roles, *bindings)), CLUSTER_ADMIN)) == 5
    assert len(asked) == 5


def bound(role: str, subject: str) -> str:
    return binding(subject).replace("name: cluster-admin", f"name: '{role}'")


@pytest.mark.parametrize(
    ("role", "subject", "verdict"),
    [
        ("system:kube-controller-manager", "{kind: User, name: 'system:kube-controller-manager'}", None),
        ("system:node", "{kind: Group, name: 'system:nodes'}", None),
        ("system:node", "{kind: Group, name: 'system:masters'}", None),
        ("system:controller:namespace-controller", account("namespace-controller", "kube-system"), None),
        ("system:controller:namespace-controller", account("namespace-controller", "shop"), Verdict.FAIL),
        ("system:controller:namespace-controller", account("job-controller", "kube-system"), Verdict.FAIL),
        ("system:controller:namespace-controller", account("namespace-controller", '"${X}"'), Verdict.UNKNOWN),
        ("system:controller:namespace-controller", account("ci", '"${X}"'), Verdict.FAIL),
        ("system:controller:ttl-controller", account("ci", "shop"), None),
        ("edit", account("ci", "shop"), Verdict.FAIL),
        ("edit", "{kind: Group, name: '${X}'}", Verdict.FAIL),
        ("view", account("ci", "shop"), None),
        ("${ROLE}", account("ci", "shop"), Verdict.UNKNOWN),
    ],
)
def test_a_built_in_role_is_for_those_it_is_made_for(role: str, subject: str, verdict: Verdict | None) -> None:
    assert [finding.verdict for finding in found(bound(role, subject), BUILTIN_ADMIN)] == ([verdict] if verdict else [])


def test_people_with_edit_everywhere_are_milder_than_programs() -> None:
    subjects = ("{kind: Group, name: team}", account("ci", "ops"), "{kind: Group, name: 'system:serviceaccounts'}")
    severities = [found(bound("edit", subject), BUILTIN_ADMIN)[0].severity for subject in subjects]
    assert severities == [Severity.MEDIUM, Severity.HIGH, Severity.HIGH]
