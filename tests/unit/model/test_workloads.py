from __future__ import annotations

import pytest

from seawall.core import Document, Unknown
from seawall.inventory import collect
from seawall.model import ContainerClass, PodTemplate
from seawall.model.workloads import POD_TEMPLATE_ROOTS, is_builtin_group, pod_templates, undecided_containers
from seawall.yamltext import Broken, read

CONTAINERS = "containers: [{name: web, image: registry.example/web:1.0}]"


def pods(text: str) -> tuple[PodTemplate, ...]:
    documents = [Document("pod.yaml", d) for d in read(text) if not isinstance(d, Broken)]
    (resource,) = collect(documents).resources
    return pod_templates(resource)


@pytest.mark.parametrize(
    ("version", "kind", "spec", "path"),
    [
        ("v1", "Pod", CONTAINERS, "spec"),
        ("v1", "ReplicationController", f"template: {{spec: {{{CONTAINERS}}}}}", "spec.template.spec"),
        ("apps/v1", "Deployment", f"template: {{spec: {{{CONTAINERS}}}}}", "spec.template.spec"),
        ("apps/v1", "DaemonSet", f"template: {{spec: {{{CONTAINERS}}}}}", "spec.template.spec"),
        ("apps/v1", "StatefulSet", f"template: {{spec: {{{CONTAINERS}}}}}", "spec.template.spec"),
        ("batch/v1", "Job", f"template: {{spec: {{{CONTAINERS}}}}}", "spec.template.spec"),
        (
            "batch/v1",
            "CronJob",
            f"jobTemplate: {{spec: {{template: {{spec: {{{CONTAINERS}}}}}}}}}",
            "spec.jobTemplate.spec.template.spec",
        ),
    ],
)
def test_every_built_in_kind_gives_its_pod(version: str, kind: str, spec: str, path: str) -> None:
    (pod,) = pods(f"{{apiVersion: {version}, kind: {kind}, metadata: {{name: x}}, spec: {{{spec}}}}}")
    assert ".".join(map(str, pod.path)) == path
    assert [container.name for container in pod.containers] == ["web"]
    assert pod.containers[0].pod is pod
    assert (pod.resource.group, kind) in POD_TEMPLATE_ROOTS


def test_containers_are_told_apart_by_class() -> None:
    (pod,) = pods("""
apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  initContainers:
  - {name: setup, image: a}
  - {name: proxy, image: b, restartPolicy: Always}
  containers: [{name: web, image: c}]
  ephemeralContainers: [{name: debug, image: d}]
""")
    assert [(c.name, c.kind) for c in pod.containers] == [
        ("setup", ContainerClass.INIT),
        ("proxy", ContainerClass.SIDECAR),
        ("web", ContainerClass.APP),
        ("debug", ContainerClass.EPHEMERAL),
    ]


def test_a_built_in_kind_is_not_searched_for_pods() -> None:
    assert is_builtin_group("rbac.authorization.k8s.io")
    assert not is_builtin_group("gateway.networking.k8s.io")
    assert pods(f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: x}}, data: {{spec: {{{CONTAINERS}}}}}}}") == ()


@pytest.mark.parametrize("spec", ["null", "{template: {spec: null}}"])
def test_a_workload_without_a_pod_gives_none(spec: str) -> None:
    assert pods(f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: x}}, spec: {spec}}}") == ()


@pytest.mark.parametrize("spec", ["3", "'${SPEC}'", "{template: '${T}'}", "{template: {spec: []}}"])
def test_a_pod_that_is_filled_in_as_a_whole_is_undecided_in_every_field(spec: str) -> None:
    (pod,) = pods(f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: x}}, spec: {spec}}}")
    assert isinstance(pod.spec.get("hostPID"), Unknown)
    assert isinstance(pod.security, Unknown)
    assert pod.containers == ()
    found = undecided_containers(pod)
    assert found is not None
    assert found[1] is pod.spec.get("containers")
