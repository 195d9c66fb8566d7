"""What the API server no longer checks: each field of webhooks, policies, bindings, quotas in both directions."""

from __future__ import annotations

import pytest

from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.changes import Aspect, Change, changes
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: pods.guard.example
  failurePolicy: Fail
  clientConfig: {service: {name: guard, namespace: guard, port: 443}, caBundle: QQ==}
  namespaceSelector:
    matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]
  rules:
  - {apiGroups: ["", apps], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [pods, deployments]}
  matchConditions: [{name: one, expression: "request.userInfo.username != 'a'"}]
"""
POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: hosts}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]
    excludeResourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [pods]}]
  validations:
  - expression: "!has(object.spec.hostNetwork)"
  - expression: "!has(object.spec.hostPID)"
"""
BINDING = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: hosts}
spec:
  policyName: hosts
  validationActions: [Deny, Audit]
  matchResources:
    namespaceSelector: {matchLabels: {tier: one}}
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: shop}
spec:
  hard: {pods: 10, limits.memory: 1Gi, services.nodeports: "0"}
"""
RANGE = """
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec:
  limits:
  - {type: Container, max: {cpu: 500m}, default: {cpu: 100m}}
"""
SPACE = """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.30}
"""
KYVERNO = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: tags}
spec: {validationFailureAction: Enforce, rules: []}
"""
OTHER = """
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: shop}
"""


def admission(old: str, new: str) -> list[Change]:
    first, second = (
        Estate(collect(read_manifests(f"{OTHER}---{text}", "all.yaml", Reader(), named=True), whole=True))
        for text in (old, new)
    )
    found = changes(first, second)
    assert all(row.aspect in (Aspect.ADMISSION, Aspect.POD_SECURITY) for row in found)
    return [row for row in found if row.aspect is Aspect.ADMISSION]


LOOSER = {
    "failure of a webhook": (WEBHOOK, "failurePolicy: Fail", "failurePolicy: Ignore", "failurePolicy Ignore"),
    "operation": (WEBHOOK, "[CREATE, UPDATE]", "[CREATE]", "is asked about less (rules)"),
    "resource": (WEBHOOK, "[pods, deployments]", "[deployments]", "is asked about less (rules)"),
    "namespace that is left out": (
        WEBHOOK,
        "values: [kube-system]",
        "values: [kube-system, shop]",
        "is asked about less (namespaceSelector)",
    ),
    "objects": (
        WEBHOOK,
        "  rules:",
        "  objectSelector: {matchLabels: {guarded: yes}}\n  rules:",
        "is asked about less (objectSelector)",
    ),
    "condition": (
        WEBHOOK,
        "matchConditions: [",
        'matchConditions: [{name: two, expression: "false"}, ',
        "is asked about less (matchConditions)",
    ),
    "form of a request": (WEBHOOK, "  rules:", "  matchPolicy: Exact\n  rules:", "is asked about less (matchPolicy)"),
    "failure of a policy": (POLICY, "failurePolicy: Fail", "failurePolicy: Ignore", "failurePolicy Ignore"),
    "what a policy is about": (POLICY, "[CREATE, UPDATE]", "[CREATE]", "is asked about less (resourceRules)"),
    "what a policy is not about": (POLICY, "[UPDATE]", "['*']", "is asked about less (excludeResourceRules)"),
    "validation": (
        POLICY,
        '  - expression: "!has(object.spec.hostPID)"\n',
        "",
        "checks less (validations)",
    ),
    "action": (BINDING, "[Deny, Audit]", "[Audit, Warn]", "denies nothing (Audit, Warn)"),
    "where a binding counts": (
        BINDING,
        "{tier: one}",
        "{tier: one, more: x}",
        "is asked about less (namespaceSelector)",
    ),
    "amount of a quota": (QUOTA, "pods: 10", "pods: 11", "allows more (11, 10 before) hard pods"),
    "amount in another unit": (QUOTA, "1Gi", "2000Mi", "allows more (2000Mi, 1Gi before) hard limits.memory"),
    "amount that is gone": (QUOTA, ', services.nodeports: "0"', "", "no longer limits (0 before)"),
    "limit": (RANGE, "max: {cpu: 500m}", "max: {cpu: 1}", "allows more (1, 500m before) max cpu"),
    "default limit": (RANGE, ", default: {cpu: 100m}", "", "no longer limits (100m before) default cpu"),
    "version of the checks": (SPACE, "version: v1.30", "version: v1.9", "by the checks of v1.9, v1.30 before"),
}


@pytest.mark.parametrize("what", LOOSER)
def test_what_is_looser_is_wider_and_the_way_back_narrower(what: str) -> None:
    old, before, after, said = LOOSER[what]
    new = old.replace(before, after, 1)
    assert new != old
    (row,) = admission(old, new)
    assert row.wider
    assert said in row.text
    (back,) = admission(new, old)
    assert not back.wider


@pytest.mark.parametrize("text", [WEBHOOK, POLICY, BINDING, QUOTA, RANGE, KYVERNO])
def test_what_is_gone_is_wider_and_what_is_new_narrower(text: str) -> None:
    (row,) = admission(text, "")
    assert row.wider
    assert row.text.endswith("is gone")
    (back,) = admission("", text)
    assert (back.wider, back.text.endswith("is new")) == (False, True)
    assert admission(text, text) == []


UNTOLD = {
    "selector": (WEBHOOK, "values: [kube-system]", "values: [shop]", "(namespaceSelector)"),
    "rules": (WEBHOOK, "[pods, deployments]", "[services]", "(rules)"),
    "what is filled in later": (WEBHOOK, "[pods, deployments]", '["${WHAT}"]', "(rules)"),
    "failure that is filled in later": (WEBHOOK, "Policy: Fail", "Policy: ${WHAT}", "failurePolicy ${WHAT}"),
    "who is asked": (WEBHOOK, "name: guard, namespace", "name: other, namespace", "(clientConfig)"),
    "expression": (POLICY, "hostPID", "hostIPC", "checks something else"),
    "policy of a binding": (BINDING, "policyName: hosts", "policyName: other", "(policyName)"),
    "amount": (QUOTA, "pods: 10", 'pods: "${PODS}"', "may allow more (${PODS}, 10 before)"),
    "scope of a quota": (QUOTA, "spec:", "spec:\n  scopes: [Terminating]", "(scopes)"),
    "third party": (KYVERNO, "Enforce", "Audit", "changed, so that it may let more through"),
}


@pytest.mark.parametrize("what", UNTOLD)
def test_what_cannot_be_told_is_wider(what: str) -> None:
    old, before, after, said = UNTOLD[what]
    new = old.replace(before, after, 1)
    assert new != old
    rows = [row for row in admission(old, new) if row.wider]
    assert [row for row in rows if said in row.text]
    assert admission(new, new) == []


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (WEBHOOK, "name: pods.guard.example", "name: [1]"),
        (WEBHOOK, "failurePolicy: Fail", "failurePolicy: {a: b}"),
        (WEBHOOK, "values: [kube-system]", "values: 1"),
        (RANGE, "type: Container", "type: [1]"),
        (QUOTA, "{pods: 10,", "{pods: [1],"),
        (SPACE, "enforce-version: v1.30", "enforce-version: [1]"),
    ],
)
def test_what_the_server_would_refuse_breaks_nothing(text: str, before: str, after: str) -> None:
    broken = text.replace(before, after)
    assert broken != text
    assert admission(broken, broken) == []
    assert admission(text, broken)


def test_a_binding_that_only_warns_is_no_loss() -> None:
    warns = BINDING.replace("[Deny, Audit]", "[Warn]")
    assert admission(warns, "") == []
    assert admission(warns, warns.replace("tier: one", "tier: two")) == []


def test_a_certificate_and_a_name_say_nothing_about_what_is_let_through() -> None:
    assert admission(WEBHOOK, WEBHOOK.replace("QQ==", "Qg==")) == []
    assert admission(WEBHOOK, WEBHOOK.replace("name: one", "name: two")) == []
    assert admission(WEBHOOK, WEBHOOK.replace("[pods, deployments]", "[deployments, pods]")) == []
    assert admission(QUOTA, QUOTA.replace("1Gi", "1024Mi")) == []
    assert admission(QUOTA, QUOTA.replace("name: quota", "name: amounts")) == []


def test_an_exception_that_is_new_is_wider() -> None:
    text = KYVERNO.replace("ClusterPolicy", "PolicyException").replace("name: tags", "name: tags, namespace: shop")
    (row,) = admission("", text)
    assert (row.wider, row.subject, row.text) == (True, "PolicyException shop/tags", "is new")


def test_one_webhook_of_several_that_is_gone() -> None:
    second = WEBHOOK.partition("webhooks:\n")[2].replace("pods.guard", "more.guard")
    (row,) = admission(WEBHOOK + second, WEBHOOK)
    assert row.text == 'webhook "more.guard.example" is gone'


def test_a_namespace_whose_object_went_enforces_nothing_that_is_said() -> None:
    pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: []}\n"
    old, new = (
        Estate(collect(read_manifests(text, "all.yaml", Reader(), named=True), whole=True))
        for text in (SPACE + pod, pod)
    )
    (row,) = [row for row in changes(old, new) if row.aspect is Aspect.POD_SECURITY]
    assert (row.wider, row.text) == (True, "enforces no level that is said, baseline before")
