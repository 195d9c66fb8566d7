"""Which of the API server's resources are read: those that hold configuration somebody answers for.

Of Kubernetes' own groups those below; of all others (custom resources) everything but the records that controllers
write. What is served and not read is said once in the coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

READ: Final[Mapping[str, Mapping[str, str]]] = {
    "": {
        "configmaps": "ConfigMap",
        "limitranges": "LimitRange",
        "namespaces": "Namespace",
        "nodes": "Node",
        "persistentvolumeclaims": "PersistentVolumeClaim",
        "persistentvolumes": "PersistentVolume",
        "pods": "Pod",
        "podtemplates": "PodTemplate",
        "replicationcontrollers": "ReplicationController",
        "resourcequotas": "ResourceQuota",
        "secrets": "Secret",
        "serviceaccounts": "ServiceAccount",
        "services": "Service",
    },
    "admissionregistration.k8s.io": {
        "mutatingadmissionpolicies": "MutatingAdmissionPolicy",
        "mutatingadmissionpolicybindings": "MutatingAdmissionPolicyBinding",
        "mutatingwebhookconfigurations": "MutatingWebhookConfiguration",
        "validatingadmissionpolicies": "ValidatingAdmissionPolicy",
        "validatingadmissionpolicybindings": "ValidatingAdmissionPolicyBinding",
        "validatingwebhookconfigurations": "ValidatingWebhookConfiguration",
    },
    "apiextensions.k8s.io": {"customresourcedefinitions": "CustomResourceDefinition"},
    "apiregistration.k8s.io": {"apiservices": "APIService"},
    "apps": {
        "daemonsets": "DaemonSet",
        "deployments": "Deployment",
        "replicasets": "ReplicaSet",
        "statefulsets": "StatefulSet",
    },
    "autoscaling": {"horizontalpodautoscalers": "HorizontalPodAutoscaler"},
    "batch": {"cronjobs": "CronJob", "jobs": "Job"},
    "certificates.k8s.io": {"certificatesigningrequests": "CertificateSigningRequest"},
    "discovery.k8s.io": {"endpointslices": "EndpointSlice"},
    "networking.k8s.io": {
        "ingressclasses": "IngressClass",
        "ingresses": "Ingress",
        "networkpolicies": "NetworkPolicy",
    },
    "node.k8s.io": {"runtimeclasses": "RuntimeClass"},
    "policy": {"poddisruptionbudgets": "PodDisruptionBudget", "podsecuritypolicies": "PodSecurityPolicy"},
    "rbac.authorization.k8s.io": {
        "clusterrolebindings": "ClusterRoleBinding",
        "clusterroles": "ClusterRole",
        "rolebindings": "RoleBinding",
        "roles": "Role",
    },
    "scheduling.k8s.io": {"priorityclasses": "PriorityClass"},
    "storage.k8s.io": {"csidrivers": "CSIDriver", "storageclasses": "StorageClass"},
}
"""API group -> resource -> kind, of the groups that Kubernetes itself brings."""

_BUILT_IN: Final = frozenset(
    {
        "coordination.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storagemigration.k8s.io",
    }
)
"""Groups of Kubernetes of which nothing is read, or nothing more than the table says."""

_RECORDS: Final = frozenset(
    {
        "aquasecurity.github.io",
        "custom.metrics.k8s.io",
        "external.metrics.k8s.io",
        "metrics.k8s.io",
        "openreports.io",
        "packages.operators.coreos.com",
        "reports.kyverno.io",
        "spdx.softwarecomposition.kubescape.io",
        "wgpolicyk8s.io",
    }
)
"""Groups of measurements and reports."""

_RECORD_RESOURCES: Final = frozenset(
    {
        ("acme.cert-manager.io", "challenges"),
        ("acme.cert-manager.io", "orders"),
        ("cilium.io", "ciliumendpoints"),
        ("cilium.io", "ciliumendpointslices"),
        ("cilium.io", "ciliumidentities"),
        ("crd.projectcalico.org", "blockaffinities"),
        ("crd.projectcalico.org", "ipamblocks"),
        ("crd.projectcalico.org", "ipamhandles"),
    }
)

SECRETS: Final = ("", "secrets")
"""The resource whose values are never asked for."""


class Served(msgspec.Struct, frozen=True, order=True, gc=False):
    """A resource that the server offers to list, in the one version that is asked for."""

    group: str
    resource: str
    version: str
    kind: str
    namespaced: bool
    broken: bool = False
    """Whether the server says that whoever answers for it does not answer now."""

    @property
    def api_version(self) -> str:
        """`group/version`, or `version` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def label(self) -> str:
        """`deployments.apps`, as RBAC and kubectl write it."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    def path(self, namespace: str = "") -> str:
        """Where it is listed: in all namespaces, or in one."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        return f"{root}/namespaces/{namespace}/{self.resource}" if namespace else f"{root}/{self.resource}"


def is_read(group: str, resource: str) -> bool:
    """Whether objects of a resource are of use: of Kubernetes' own groups those of the table, of others most."""
    table = READ.get(group)
    if table is not None:
        return resource in table
    return group not in _BUILT_IN and group not in _RECORDS and (group, resource) not in _RECORD_RESOURCES


def is_of_use(group: str) -> bool:
    """Whether anything of a group is read."""
    return group in READ or is_read(group, "")
