from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.inventory import collect
from seawall.model import KubeVersion
from seawall.rules.api._helpers import instead, lifecycle
from seawall.yamltext import Broken, read


@pytest.mark.parametrize(
    ("api_version", "kind", "minor", "said"),
    [
        ("node.k8s.io/v1beta1", "RuntimeClass", 37, "; write node.k8s.io/v1"),
        ("events.k8s.io/v1beta1", "Event", 37, "; write events.k8s.io/v1"),
        ("policy/v1beta1", "Eviction", 37, "; write policy/v1"),
        ("resource.k8s.io/v1beta1", "ResourceClaim", 37, "; write resource.k8s.io/v1"),
        ("networking.k8s.io/v1beta1", "ServiceCIDR", 37, "; write networking.k8s.io/v1"),
        (
            "admissionregistration.k8s.io/v1beta1",
            "ValidatingAdmissionPolicy",
            37,
            "; write admissionregistration.k8s.io/v1",
        ),
        ("rbac.authorization.k8s.io/v1alpha1", "Role", 37, "; write rbac.authorization.k8s.io/v1"),
        ("v1", "Endpoints", 37, "; write discovery.k8s.io/v1 EndpointSlice"),
        ("v1", "ComponentStatus", 37, "; nothing replaces it"),
        ("extensions/v1beta1", "PodSecurityPolicy", 37, "; nothing replaces it"),
        ("extensions/v1beta1", "PodSecurityPolicy", 24, "; write policy/v1beta1"),
        ("settings.k8s.io/v1alpha1", "PodPreset", 37, "; nothing replaces it"),
        # What replaces it must be served by the cluster that the manifest is for.
        ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 26, "; write flowcontrol.apiserver.k8s.io/v1beta3"),
        ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 37, "; write flowcontrol.apiserver.k8s.io/v1"),
        ("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, "; write storage.k8s.io/v1beta1"),
        ("scheduling.k8s.io/v1alpha1", "PriorityClass", 23, "; write scheduling.k8s.io/v1"),
    ],
)
def test_names_the_best_version_that_the_cluster_serves(api_version: str, kind: str, minor: int, said: str) -> None:
    documents = read(f"{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: x}}}}")
    inventory = collect([Document("x.yaml", document) for document in documents if not isinstance(document, Broken)])
    (resource,) = inventory.resources
    assert instead(lifecycle(resource), resource, KubeVersion(minor)) == said
