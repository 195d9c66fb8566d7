"""A Pod Security label of a namespace is misspelt.

Why: a label that Kubernetes does not know (`enforced`, `podsecurity.k8s.io/enforce`) does nothing, and nobody is told:
    the namespace stays open. A value that it does not know is refused when the namespace is created.
Instead: the labels are `pod-security.kubernetes.io/` and one of `enforce`, `audit`, `warn`, each also with `-version`;
    levels are `privileged`, `baseline`, `restricted`; versions `latest` or `v1.34`.
Breaks: pods that break the level are refused from then on; see them first with `kubectl label --dry-run=server`.
Check: kubectl get namespaces --show-labels | grep -i security
Source: Kubernetes, "Pod Security Admission", "Pod Security Admission labels for namespaces".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import NamespaceObject
from seawall.rules.namespace._common import LEVELS, PREFIX, undecided
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_MODES = ("enforce", "audit", "warn")
_KEYS = (*_MODES, *(f"{mode}-version" for mode in _MODES))
_VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")


def check(namespace: NamespaceObject) -> Iterator[Evidence]:
    labels = dig(namespace.tree, "metadata", "labels")
    if isinstance(labels, Unknown):
        yield unsure(labels, "metadata", "labels")
    for key, value in namespace.resource.labels.items():
        if "/" in str(key):
            yield from _judged(str(key), value)


def _judged(label: str, value: object) -> Iterator[Evidence]:
    prefix, _, key = label.rpartition("/")
    path = ("metadata", "labels", label)
    if f"{prefix}/" != PREFIX:
        if key in _KEYS and "pod" in prefix and "security" in prefix:
            yield fail(f'has the label "{label}", which does nothing; the label is "{PREFIX}{key}"', *path)
    elif key not in _KEYS:
        yield fail(f'has the label "{label}", which does nothing; {_meant(key, _KEYS, PREFIX)}', *path)
    elif (hole := undecided(value)) is not None:
        yield unsure(hole, *path)
    elif key in _MODES and value not in LEVELS:
        yield fail(f'has "{value}" as its {label}; {_meant(str(value), LEVELS)}', *path, value=value)
    elif key not in _MODES and not (isinstance(value, str) and _VERSION.fullmatch(value)):
        yield fail(f'has "{value}" as its {label}; write latest or a version such as v1.34', *path, value=value)


def _meant(word: str, words: tuple[str, ...], prefix: str = "") -> str:
    close = difflib.get_close_matches(word.lower(), words, 1, 0.6)
    if close:
        return f'did you mean "{prefix}{close[0]}"?'
    return f"write one of {', '.join(words)}"


RULE = Rule(
    id="pod-security-label-invalid",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceObject,
    concept="no-pod-security-enforcement",
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: baseline
                    pod-security.kubernetes.io/enforce-version: v1.34
                    pod-security.kubernetes.io/warn-version: latest
            """,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    security.openshift.io/scc.podSecurityLabelSync: "false"
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforced: baseline
            """,
            at="metadata.labels['pod-security.kubernetes.io/enforced']",
            instead="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
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
                    podsecurity.kubernetes.io/enforce: baseline
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  labels:
                    pod-security.kubernetes.io/enforce: restrict
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
                    pod-security.kubernetes.io/enforce-version: "1.34"
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
