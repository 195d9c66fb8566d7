"""System components are recognised by what they run and mount, and by nothing else."""

from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate, PodTemplate
from seawall.model import components as subject
from seawall.model.components import component_of
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read


def estate_of(spec: str, kind: str = "DaemonSet") -> Estate:
    text = f"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: agent}}, spec: {{template: {{spec: {spec}}}}}}}\n"
    return Estate(collect(Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken)))


def pod_of(spec: str, kind: str = "DaemonSet") -> PodTemplate:
    ((_, (pod,)),) = estate_of(spec, kind).pods
    return pod


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("docker.io/calico/node:v3.30.0", "calico-node"),
        ("mirror.example:5000/quay/cilium/cilium@sha256:" + "0" * 64, "cilium"),
        ("registry.k8s.io/kube-proxy:v1.34.1", "kube-proxy"),
        ("quay.io/prometheus/node-exporter:v1.9.0", "node-exporter"),
        ("ghcr.io/prometheus-community/windows-exporter:0.30.0", "windows-exporter"),
        ("nvcr.io/nvidia/k8s-device-plugin", "nvidia-device-plugin"),
        ("602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.20.0", "aws-node"),
        ("registry.example/falcosecurity/falco:${TAG}", "falco"),
    ],
)
def test_it_is_known_by_its_image_whatever_the_registry(image: str, name: str) -> None:
    component = component_of(pod_of(f"{{containers: [{{name: main, image: '{image}'}}]}}"))
    assert component is not None
    assert component.name == name


def test_a_csi_node_driver_is_known_by_its_registrar_and_named_by_its_driver() -> None:
    component = component_of(
        pod_of(
            """{containers: [
            {name: registrar, image: 'registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.13.0'},
            {name: driver, image: 'registry.k8s.io/provider-aws/aws-ebs-csi-driver:v1.40.0'}]}"""
        )
    )
    assert component is not None
    told = "recognised as a CSI node driver (aws-ebs-csi-driver), which needs this: accept it with a relaxation instead"
    assert component.note == told


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/opt/cni/bin", "a CNI plugin"),
        ("/etc/cni/net.d/", "a CNI plugin"),
        ("/var/lib/kubelet/plugins/csi.example/", "a CSI node driver"),
        ("/var/lib/kubelet/device-plugins", "a device plugin"),
    ],
)
def test_a_daemon_set_is_known_by_the_folders_of_plugins(path: str, role: str) -> None:
    spec = f"{{volumes: [{{name: it, hostPath: {{path: {path}}}}}], containers: [{{name: a, image: 'ours:1'}}]}}"
    component = component_of(pod_of(spec))
    assert component is not None
    assert (component.name, component.role) == ("agent", role)
    assert component_of(pod_of(spec, "Deployment")) is None


@pytest.mark.parametrize(
    "spec",
    [
        "{containers: [{name: kube-proxy, image: 'shop/web:1'}]}",
        "{containers: [{name: web, image: 'shop/node:22'}]}",
        "{containers: [{name: web, image: '${IMAGE}'}]}",
        "{volumes: [{name: it, hostPath: {path: /opt/cni}}], containers: [{name: a, image: 'ours:1'}]}",
        "{volumes: [{name: it, hostPath: {path: '${DIR}'}}, 7], containers: [{name: a, image: 7}]}",
    ],
)
def test_names_and_likeness_are_not_enough(spec: str) -> None:
    assert component_of(pod_of(spec)) is None


def test_every_need_is_a_rule() -> None:
    ids = {rule.id for rule in catalog()}
    assert {need for needs in subject._ROLES.values() for need in needs} <= ids
    assert {role for _, role in subject._IMAGES.values()} | {role for _, role in subject._SHAPES} <= set(subject._ROLES)


def test_a_finding_says_it_where_the_component_needs_it_and_is_never_hidden() -> None:
    spec = "{hostNetwork: true, containers: [{name: a, image: 'calico/node:v3.30.0'}]}"
    findings = {finding.rule.id: finding for finding in judge(estate_of(spec), catalog()).findings}
    assert findings["host-network"].note.startswith("recognised as a CNI plugin (calico-node), which needs this: ")
    assert findings["run-as-root"].note.startswith("recognised as a CNI plugin")
    assert findings["host-network"].message.endswith(": accept it with a relaxation instead)")
    assert findings["no-memory-limit"].note == ""
