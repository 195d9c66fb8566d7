"""A credential stands in an annotation.

Why: annotations are shown by every `kubectl describe`, copied into events, logs and metrics, and nobody looks for a
    credential there.
Instead: replace the credential, keep the new one in a Secret, and annotate with the Secret's name where a controller
    needs to find it.
Breaks: a controller that reads the credential from the annotation only.
Check: kubectl get all -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.metadata.annotations}{"\\n"}{end}'
Source: Kubernetes API reference, ObjectMeta v1 meta, annotations; MITRE ATT&CK T1552.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import Object
from seawall.model.secrets import credential
from seawall.model.subjects import Workload
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes, unknown, unsure

_NO_CREDENTIAL = re.compile(r"checksum|digest|fingerprint|hash|last-applied|revision|sha\d*|version", re.IGNORECASE)
"""Keys of values that look random and say what was deployed."""


_TEMPLATES: Final[tuple[tuple[str, ...], ...]] = (
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)
"""Where the metadata of the pods and jobs that an object makes stands."""


def check(thing: Object) -> Iterator[Evidence]:
    metadata = thing.tree.get("metadata")
    if isinstance(metadata, Unknown) or (isinstance(metadata, dict) and metadata.get("annotations") is not None):
        yield from _said(thing, "metadata", "annotations")
    spec = thing.tree.get("spec")
    if spec is None or (isinstance(spec, dict) and spec.keys().isdisjoint(("template", "jobTemplate"))):
        return
    for where in _TEMPLATES:
        # A kind without a template has none to be unknown when its `spec` is filled in later.
        if isinstance(dig(thing.tree, *where), dict) or (thing.resource.group, thing.resource.kind) in Workload.KINDS:
            yield from _said(thing, *where, "annotations")


def _said(thing: Object, *path: str) -> Iterator[Evidence]:
    annotations = dig(thing.tree, *path)
    if isinstance(annotations, Unknown):
        yield unsure(annotations, *path)
    for key, value in annotations.items() if isinstance(annotations, dict) else ():
        if isinstance(value, str) and isinstance(key, str) and not _NO_CREDENTIAL.search(key):
            found = credential(key.rpartition("/")[2], value)
            if found:
                yield leak(found, f'annotation "{key}"', "keep it in a Secret", *path, key)


RULE = Rule(
    id="secret-in-annotation",
    on=Object,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata:
                  name: cart
                  annotations:
                    checksum/secret: 9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015
                    shop.example/auth-secret: cart-login
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata:
                  name: cart
                  annotations:
                    shop.example/api-token: f3a9c2d14b7e4f60a1b2
            """,
            at="metadata.annotations['shop.example/api-token']",
            instead="""
                apiVersion: v1
                kind: Service
                metadata:
                  name: cart
                  annotations:
                    shop.example/api-token-secret: cart-api
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata:
                  name: cart
                  annotations: {shop.example/database: "postgres://cart:hunter2@db/shop"}
            """
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cart}
                spec: {template: {metadata: {annotations: {shop.example/db-password: hunter2}}}}
            """,
            at="spec.template.metadata.annotations['shop.example/db-password']",
        ),
        passes(manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: '${SPEC}'}"),
        unknown(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}, spec: '${SPEC}'}"),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata: {name: cart, annotations: '${ANNOTATIONS}'}
            """
        ),
    ),
)
