"""What each kind of subject is called and is for, in one sentence each, for someone who meets it for the first time."""

from __future__ import annotations

from typing import Any

from seawall.model import (
    Binding,
    ConfigMap,
    Container,
    Estate,
    Ingress,
    NamespaceObject,
    NamespaceScope,
    NetworkPolicy,
    Object,
    PersistentVolume,
    PodTemplate,
    Role,
    Secret,
    Service,
    ServiceAccount,
    WebhookConfiguration,
    Workload,
)
from seawall.model.relaxation import Relaxation

SUBJECTS: dict[type[Any], tuple[str, str]] = {
    Container: (
        "a container",
        "One process tree of a pod, started from an image. Its securityContext says what the kernel lets it do on the "
        "node that it shares with everyone else's containers.",
    ),
    PodTemplate: (
        "a pod",
        "The smallest thing Kubernetes runs: containers that share an address, volumes and a node. Deployments, Jobs "
        "and their like hold a template of it, and its spec decides how far apart it is kept from the node.",
    ),
    Workload: (
        "a workload controller",
        "The object that people edit to have pods made and replaced: Deployment, StatefulSet, DaemonSet, Job, CronJob.",
    ),
    Role: (
        "a Role or ClusterRole",
        "A list of what may be done (verbs) to what (resources). It gives nothing to anybody until a binding names it.",
    ),
    Binding: (
        "a RoleBinding or ClusterRoleBinding",
        "It gives the rights of one role to users, groups or service accounts: in one namespace, or in all of them.",
    ),
    NamespaceObject: (
        "a Namespace",
        "A named room of the cluster. Names, quotas, network policies and the Pod Security level are set in it.",
    ),
    NamespaceScope: (
        "a namespace and what is in it",
        "A named room of the cluster. Network policies, quotas and limits are objects in it too.",
    ),
    Service: (
        "a Service",
        "A stable name and address in front of pods; its type decides who can reach it: the cluster, the nodes' "
        "network, or the internet.",
    ),
    Ingress: (
        "an Ingress",
        "Rules by which an HTTP proxy at the edge of the cluster passes requests from outside to Services.",
    ),
    NetworkPolicy: (
        "a NetworkPolicy",
        "It says which connections the pods that it selects may take or make. A pod that no policy selects talks to "
        "everyone, and policies only ever add to what is allowed.",
    ),
    ServiceAccount: (
        "a ServiceAccount",
        "The identity that a pod shows to the API server. Rights are bound to it, and its token is mounted into pods.",
    ),
    ConfigMap: (
        "a ConfigMap",
        "Plain settings for pods, readable by everyone who may read the namespace; not a place for credentials.",
    ),
    Secret: (
        "a Secret",
        "Credentials for pods. It is only encoded, not encrypted, and who may read it can act with what it holds.",
    ),
    PersistentVolume: (
        "a PersistentVolume",
        "A piece of storage that outlives pods; the cluster's administrators make it, a claim in a namespace uses it.",
    ),
    WebhookConfiguration: (
        "an admission webhook",
        "It has the API server ask a service of yours before an object is stored: to refuse it, or to change it.",
    ),
    Relaxation: (
        "a relaxation",
        "A word beside an object, or in seawall.toml, by which somebody accepts a finding: with a reason, until a day.",
    ),
    Object: ("an object", "Anything that the API server stores; each has a kind, a name and mostly a namespace."),
    Estate: ("the cluster", "Everything that was read, as one whole."),
}


def subject_of(on: type[Any]) -> tuple[str, str]:
    """(what it is called, what it is for) of a rule's subject; the nearest base class where a class has no entry."""
    return next((SUBJECTS[base] for base in on.__mro__ if base in SUBJECTS), SUBJECTS[Object])
