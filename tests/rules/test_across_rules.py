"""What holds between rules: one cause is told once, and a finding stands where its value does."""

from __future__ import annotations

import pytest

from seawall.core import Document, Severity, Verdict
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


def severities(text: str, *rules: str) -> dict[str, list[Severity]]:
    """Rule -> the severities of its failures, of the rules asked for."""
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    judgement = judge(Estate(collect(documents)), [rule for rule in catalog() if rule.id in rules])
    found: dict[str, list[Severity]] = {rule: [] for rule in rules}
    for finding in judgement.findings:
        if finding.verdict is Verdict.FAIL:
            found[finding.rule.id].append(finding.severity)
    return found


def pod(container: str = "", spec: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec: {{{spec}containers: [{{name: web, image: "web:1", {container}}}]}}
"""


def role(kind: str) -> str:
    return f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: all}}
rules: [{{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}}]
"""


PRIVILEGED = pod("securityContext: {privileged: true, capabilities: {add: [AUDIT_CONTROL, SYS_ADMIN]}}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PRIVILEGED,
            {
                "privileged-container": [CRITICAL],
                "allow-privilege-escalation": [LOW],
                "capabilities-not-dropped": [LOW],
                "added-capabilities": [LOW],
                "dangerous-capabilities": [LOW],
                "no-seccomp-profile": [LOW],
            },
        ),
        (
            pod(
                spec="initContainers: [{name: setup, image: 'setup:1', securityContext: {privileged: true}}], ",
            ),
            {"allow-privilege-escalation": [LOW, MEDIUM], "no-seccomp-profile": [MEDIUM]},
        ),
        (
            pod("securityContext: {capabilities: {add: [SYS_NICE, SYS_TIME]}}"),
            {"added-capabilities": [MEDIUM], "dangerous-capabilities": [HIGH]},
        ),
        (
            pod(
                "volumeMounts: [{name: root, mountPath: /host}, {name: data, mountPath: /data}]",
                "volumes: [{name: root, hostPath: {path: /}}, {name: data, hostPath: {path: /srv}}], ",
            ),
            {
                "sensitive-host-path": [CRITICAL],
                "host-path-mount": [LOW, MEDIUM],
                "host-path-writable": [LOW, HIGH],
            },
        ),
        (
            pod(spec="volumes: [{name: run, hostPath: {path: /var/run}}], "),
            {"runtime-socket-mount": [CRITICAL], "sensitive-host-path": [], "host-path-mount": [LOW]},
        ),
        (
            pod("ports: [{containerPort: 80, hostPort: 80}]", "hostNetwork: true, "),
            {"host-network": [HIGH], "host-port": []},
        ),
        (role("ClusterRole"), {"rbac-admin-equivalent": [CRITICAL], "rbac-wildcard": [], "rbac-secrets-read": []}),
        (pod(), {"capabilities-not-dropped": [MEDIUM], "net-raw-capability": [LOW]}),
        (role("Role"), {"rbac-namespace-admin": [HIGH], "rbac-wildcard": [], "rbac-secrets-read": []}),
    ],
)
def test_the_worse_finding_makes_the_other_mild(text: str, expected: dict[str, list[Severity]]) -> None:
    assert severities(text, *expected) == expected


def test_every_dangerous_capability_is_one_that_pod_security_refuses_at_baseline() -> None:
    from seawall.model.podsecurity import violations
    from seawall.model.versions import NEWEST
    from seawall.rules.pod.dangerous_capabilities import DANGERS

    text = pod(f"securityContext: {{capabilities: {{add: [{', '.join(DANGERS)}]}}}}")
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    ((_, (template,)),) = Estate(collect(documents)).pods
    assert len(list(violations("capabilities_baseline", template, NEWEST))) == len(DANGERS)


def test_a_container_beside_its_pods_fields_is_found_where_it_stands() -> None:
    text = """
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    template:
      pod: {securityContext: {runAsUser: 1000}}
      kafkaContainer: {securityContext: {privileged: true}}
"""
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    rules = [rule for rule in catalog() if rule.id == "privileged-container"]
    (finding,) = judge(Estate(collect(documents)), rules).findings
    assert finding.path_text == "spec.kafka.template.kafkaContainer.securityContext.privileged"
    assert finding.message.startswith('container "kafka" runs with privileged: true')


@pytest.mark.parametrize(("label", "verdicts"), [("cart", []), ("basket", [Verdict.UNKNOWN])])
def test_pods_with_labels_of_their_operator_hide_no_pod_that_is_selected(label: str, verdicts: list[Verdict]) -> None:
    text = f"""
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: {{name: events, namespace: shop}}
spec: {{kafka: {{template: {{kafkaContainer: {{securityContext: {{privileged: false}}}}}}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec: {{selector: {{app: {label}}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop, labels: {{app: cart}}}}
spec: {{containers: [{{name: cart, image: "cart:1"}}]}}
"""
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    rules = [rule for rule in catalog() if rule.id == "service-selects-nothing"]
    judgement = judge(Estate(collect(documents, whole=True)), rules)
    assert [finding.verdict for finding in judgement.findings] == verdicts
