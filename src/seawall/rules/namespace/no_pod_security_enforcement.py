"""A namespace enforces no Pod Security level.

Why: without the label `pod-security.kubernetes.io/enforce` the level is `privileged`: whoever may create a pod there
    may mount the node's disk, share its processes and run as root on it. `audit` and `warn` only talk.
Instead: `pod-security.kubernetes.io/enforce: baseline` at least, `restricted` where the workloads allow it, and `warn:
    restricted` to see what is left. A policy engine that refuses the same pods does as well.
Breaks: pods that break the level are refused when they are created next; those that run go on. See them first with
    `kubectl label --dry-run=server --overwrite ns NAME pod-security.kubernetes.io/enforce=baseline`.
Check: kubectl get namespaces -L pod-security.kubernetes.io/enforce
Source: Kubernetes, "Pod Security Admission"; CIS Kubernetes Benchmark 5.2.1; OWASP Kubernetes Top Ten 2025, K04.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NamespaceObject
from seawall.rules.namespace._common import PREFIX, SYSTEM, undecided
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    MEDIUM,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_LABEL = f"{PREFIX}enforce"
_PATH = ("metadata", "labels", _LABEL)


def check(namespace: NamespaceObject) -> Iterator[Evidence]:
    if namespace.resource.name in SYSTEM:
        return
    for value in (namespace.tree.get("metadata"), namespace.resource.metadata.get("labels")):
        if (whole := undecided(value)) is not None:
            yield unsure(whole, "metadata", "labels")
            return
    level = namespace.resource.labels.get(_LABEL)
    if (hole := undecided(level)) is not None:
        yield unsure(hole, *_PATH)
    elif not level:
        yield fail(f"has no label {_LABEL}, so any pod may run in it; enforce baseline or restricted", *_PATH)
    elif level == "privileged":
        yield fail(
            "enforces the Pod Security level privileged, which refuses nothing; enforce baseline or restricted",
            *_PATH,
            value=level,
        )


def fix(evidence: Evidence) -> Fix:
    return Fix("Enforce the Pod Security level baseline", (Set(evidence.path, "baseline"),))


RULE = Rule(
    id="no-pod-security-enforcement",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceObject,
    fix=fix,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: restricted
            """,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: kube-system
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    team: shop
            """,
            at="metadata.labels['pod-security.kubernetes.io/enforce']",
            after_fix="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    team: shop
                    pod-security.kubernetes.io/enforce: baseline
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/warn: restricted
            """,
            at="metadata.labels['pod-security.kubernetes.io/enforce']",
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: privileged
            """,
            at="metadata.labels['pod-security.kubernetes.io/enforce']",
            after_fix="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: baseline
            """,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: ${LEVEL}
            """,
        ),
    ),
)
