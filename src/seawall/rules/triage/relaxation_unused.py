"""A relaxation covers nothing.

Why: what it covered was repaired or has moved, or its rule's name is misspelt. Left where it is, it will silently
    accept the next mistake of that kind. A comment that only looks like a relaxation accepts nothing at all.
Instead: delete it, or correct the rule's name, the place or the form: `# seawall: relax host-port REASON`.
Breaks: nothing; a relaxation changes reports, not the cluster.
Check: kubectl get pods -A -o yaml | grep -n 'seawall.dev/relax'
Source: Seawall's documentation, "Relaxations".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model.relaxation import Relaxation
from seawall.rules.spec import DEVELOPER_OWNS, LOW, RECOMMENDED, Evidence, Rule, fail, fails, passes


def check(relaxation: Relaxation) -> Iterator[Evidence]:
    if relaxation.unused:
        yield fail(f"covers nothing: {relaxation.note}", *relaxation.where)


RULE = Rule(
    id="relaxation-unused",
    on=Relaxation,
    check=check,
    severity=LOW,
    profile=RECOMMENDED,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  annotations:
                    seawall.dev/relax.host-pid: reads the node's processes
                spec:
                  hostPID: true
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  annotations:
                    checkov.io/skip1: CKV_K8S_17=our agent
                spec:
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  annotations:
                    seawall.dev/relax.host-pid: reads the node's processes
                spec:
                  containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="metadata.annotations['seawall.dev/relax.host-pid']",
            instead="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                spec:
                  containers: [{name: web, image: registry.example/web:1.0}]
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  hostPID: true # seawall: relax hostpid reads the node's processes
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  hostPID: true # seawall: ignore host-pid
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
    ),
)
