"""A finding of a rule on pods is about the container in which its value stands."""

from __future__ import annotations

from seawall.core import Document
from seawall.findings import Finding, judge
from seawall.inventory import collect
from seawall.model import Estate, PodTemplate
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read

TEXT = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostPID: true
  initContainers: [{name: setup, image: 'setup:1', securityContext: {privileged: true}}]
  containers: [{name: web, image: 'web:1'}]
"""


def finding_of(rule_id: str) -> Finding:
    documents = (Document("a.yaml", part) for part in read(TEXT) if not isinstance(part, Broken))
    rules = [rule for rule in catalog() if rule.id == rule_id]
    (finding,) = judge(Estate(collect(documents)), rules).findings
    return finding


def test_it_names_the_container_that_holds_the_value() -> None:
    finding = finding_of("privileged-container")
    assert isinstance(finding.subject, PodTemplate)
    assert finding.container is finding.subject.containers[0]
    assert finding.message.startswith('init container "setup" runs with privileged: true')


def test_it_names_the_object_where_the_value_is_the_pods() -> None:
    finding = finding_of("host-pid")
    assert finding.container is None
    assert finding.message.startswith('Pod "web" shares the process namespace')
