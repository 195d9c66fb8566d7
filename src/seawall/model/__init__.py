"""What an inventory means: pods, containers, roles, namespaces, and look-ups among them."""

from seawall.model.estate import Estate
from seawall.model.subjects import (
    Binding,
    ConfigMap,
    Container,
    ContainerClass,
    Ingress,
    NamespaceObject,
    NamespaceScope,
    NetworkPolicy,
    Object,
    PersistentVolume,
    PodDisruptionBudget,
    PodTemplate,
    Role,
    Secret,
    Service,
    ServiceAccount,
    Subject,
    WebhookConfiguration,
    Workload,
)
from seawall.model.versions import NEWEST, KubeVersion
from seawall.model.view import View

__all__ = [
    "NEWEST",
    "Binding",
    "ConfigMap",
    "Container",
    "ContainerClass",
    "Estate",
    "Ingress",
    "KubeVersion",
    "NamespaceObject",
    "NamespaceScope",
    "NetworkPolicy",
    "Object",
    "PersistentVolume",
    "PodDisruptionBudget",
    "PodTemplate",
    "Role",
    "Secret",
    "Service",
    "ServiceAccount",
    "Subject",
    "View",
    "WebhookConfiguration",
    "Workload",
]
