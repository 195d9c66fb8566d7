"""A workload of one's own runs in a namespace of the system.

Why: accounts in kube-system hold strong rights, Pod Security and policies usually leave it out, and an attacker's pod
    is looked for there last. Whoever may create a pod there may take any of these accounts.
Instead: a namespace of its own. What belongs to the cluster says so: a priority class `system-...`, or the label
    `k8s-app`.
Breaks: nothing that is not tied to kube-system by name, such as a lease or a ConfigMap.
Check: kubectl get pods -n kube-system --selector '!k8s-app'
Source: NSA and CISA, Kubernetes Hardening Guide, namespaces; MITRE ATT&CK T1036.005.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.inventory import Resource
from seawall.model import Object
from seawall.model.workloads import pod_templates
from seawall.rules.namespace._common import SYSTEM, is_workload, undecided
from seawall.rules.spec import ARCHITECT_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_MARKS = frozenset(
    {
        "addonmanager.kubernetes.io/mode",
        "eks.amazonaws.com/component",
        "k8s-app",
        "kubernetes.io/cluster-service",
    }
)
"""Labels that the cluster's own components carry."""


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if resource.namespace is None or not is_workload(resource):
        return
    hole = undecided(resource.namespace)
    # Looking for the marks of a system component takes the pod apart: only where it decides.
    if (hole is None and resource.namespace not in SYSTEM) or _is_systems(resource):
        return
    if hole is not None:
        yield unsure(hole, "metadata", "namespace")
    else:
        yield fail(
            f"runs in {resource.namespace}, beside the cluster's own components; give it a namespace of its own",
            *("metadata", "namespace"),
            value=resource.namespace,
        )


def _is_systems(resource: Resource) -> bool:
    if not _MARKS.isdisjoint(resource.labels) or resource.name.startswith("kube-"):
        return True
    for pod in pod_templates(resource):
        labels, priority = pod.metadata.get("labels"), pod.spec.get("priorityClassName")
        if isinstance(labels, dict) and not _MARKS.isdisjoint(labels):
            return True
        if isinstance(priority, str) and priority.startswith("system-"):
            return True
    return False


RULE = Rule(
    id="kube-system-workload",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=Object,
    profile=STRICT,
    examples=(
        passes(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
        ),
        passes(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: coredns, namespace: kube-system}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      priorityClassName: system-cluster-critical
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: kube-system}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="metadata.namespace",
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: kube-public}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="metadata.namespace",
        ),
        unknown(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: "${NAMESPACE}"}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
        ),
    ),
)
