"""A pod has no controller that would start it again.

Why: when its node fails or is drained the pod is gone; nobody starts it elsewhere, and no rollout updates it.
Instead: wrap it in a Deployment, StatefulSet, DaemonSet or Job.
Breaks: nothing; the pod gets another name.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,OWNER:.metadata.ownerReferences[*].kind'
Source: Kubernetes docs, "Configuration Best Practices", "naked" Pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer
from seawall.inventory import Resource
from seawall.model import PodTemplate
from seawall.rules.spec import DEVELOPER, LOW, OWNS, Evidence, Rule, fail, fails, passes

_HOOKS: Final = ("helm.sh/hook", "argocd.argoproj.io/hook", "kubernetes.io/config.mirror")
"""Annotations of pods that somebody starts on purpose: chart tests, sync hooks, static pods."""


def check(pod: PodTemplate) -> Iterator[Evidence]:
    resource = pod.resource
    if resource.kind != "Pod" or resource.group or resource.metadata.get("ownerReferences"):
        return
    if any(key in resource.annotations for key in _HOOKS) or _is_control_plane(resource):
        return
    yield fail("has no controller; when its node goes, it is gone: make it a Deployment or a Job")


def _is_control_plane(resource: Resource) -> bool:
    """Whether it is a manifest that the kubelet of a control plane node runs by itself."""
    tier = resource.labels.get("tier")
    return resource.namespace == "kube-system" and isinstance(tier, str) and tier == "control-plane"


RULE = Rule(
    id="naked-pod",
    on=PodTemplate,
    check=check,
    severity=LOW,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(
            manifest="""
                {apiVersion: v1, kind: Pod, metadata: {name: web-1, ownerReferences: [
                  {apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: '1', controller: true}]},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        passes(
            manifest="""
                {apiVersion: v1, kind: Pod, metadata: {name: test, annotations: {helm.sh/hook: test}},
                 spec: {containers: [{name: test, image: test:1}]}}
            """
        ),
        passes(
            manifest="""
                {apiVersion: batch/v1, kind: Job, metadata: {name: once},
                 spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: run:1}]}}}}
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec:
                  containers: [{name: web, image: registry.example/web:1.0}]
            """,
            instead="""
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
    ),
)
