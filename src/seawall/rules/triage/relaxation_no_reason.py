"""A relaxation says no reason.

Why: nobody can tell later whether the risk is still worth taking, or who thought so. A relaxation without a reason
    therefore does not hold.
Instead: write why it is accepted and until when: `seawall.dev/relax.host-port: "the ingress; until 2027-01-31"`.
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
    if relaxation.own and not relaxation.reason:
        message = "says no reason, so it does not hold; write why it is accepted and until when"
        yield fail(message, *relaxation.where)


RULE = Rule(
    id="relaxation-no-reason",
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
                metadata: {name: web}
                spec:
                  # seawall: relax host-pid until=2027-12-31 reads the node's processes
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
                  annotations: {ignore-check.kube-linter.io/host-pid: ""}
                spec:
                  hostPID: true
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  # seawall: relax host-pid until=2027-12-31
                  hostPID: true
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
                    seawall.dev/relax.host-pid: ""
                spec:
                  hostPID: true
                  containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="metadata.annotations['seawall.dev/relax.host-pid']",
        ),
    ),
)
