"""A workload runs in the namespace default.

Why: `default` is where everything lands whose author gave no namespace, so rights, quotas and network policies there
    hold for things that have nothing to do with each other. It cannot be deleted to clean up.
Instead: a namespace for each application, named in the manifest or by the tool that deploys it.
Breaks: clients that reach the Service by its short name from `default`; claims and Secrets have to move too.
Check: kubectl get all -n default
Source: CIS Kubernetes Benchmark 5.6.4; NSA and CISA, Kubernetes Hardening Guide, namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Object
from seawall.rules.namespace._common import is_workload, undecided
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object) -> Iterator[Evidence]:
    # A manifest that names no namespace lands where it is applied to, a chart where it is released to: neither says
    # "default" (charts are rendered for it when the user names no other).
    namespace = thing.resource.chosen_namespace
    if namespace is None or not is_workload(thing.resource):
        return
    if (hole := undecided(namespace)) is not None:
        yield unsure(hole, "metadata", "namespace")
    elif namespace == "default":
        yield fail(
            "runs in the namespace default; give the application a namespace of its own",
            *("metadata", "namespace"),
            value=namespace,
        )


RULE = Rule(
    id="default-namespace",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    on=Object,
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
                metadata: {name: web}
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
                apiVersion: v1
                kind: Service
                metadata: {name: kubernetes, namespace: default}
                spec: {ports: [{port: 443}]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
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
