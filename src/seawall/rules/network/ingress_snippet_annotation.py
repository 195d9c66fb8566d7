"""An annotation of an Ingress is pasted into the controller's configuration.

Why: a snippet can make the controller do anything that its configuration can: read its files and its service account's
    token, which may read every Secret of the cluster (CVE-2021-25742). Whoever may write an Ingress gets that power.
Instead: the controller's own annotations for the purpose, or a Gateway API filter; and switch snippets off in the
    controller (`allow-snippet-annotations: "false"`).
Breaks: what the snippet configures.
Check: kubectl get ingress -A -o yaml | grep -E 'snippets?:'
Source: CVE-2021-25742; ingress-nginx documentation, annotations risk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import Ingress
from seawall.rules.spec import (
    ANALYST,
    CARES,
    DEVELOPER_OWNS,
    HIGH,
    Evidence,
    Fix,
    Remove,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_SNIPPET = re.compile(
    r"nginx\.ingress\.kubernetes\.io/(?:[a-z-]+-)?snippet"
    r"|nginx\.(?:org|com)/(?:location|server)-snippets"
    r"|(?:haproxy\.org|haproxy-ingress\.github\.io)/(?:[a-z-]*config[a-z-]*-?(?:snippet)?|[a-z-]*snippet)"
)


def check(ingress: Ingress) -> Iterator[Evidence]:
    annotations = dig(ingress.tree, "metadata", "annotations")
    if isinstance(annotations, Unknown):
        yield unsure(annotations, "metadata", "annotations")
    for key, value in ingress.resource.annotations.items():
        if isinstance(value, str) and value and _SNIPPET.fullmatch(str(key)):
            yield fail(
                f'configures its controller by annotation "{key}"; use an annotation made for the purpose',
                *("metadata", "annotations", key),
                value=value,
            )


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave the snippet out", (Remove(evidence.path),))


RULE = Rule(
    id="ingress-snippet-annotation",
    on=Ingress,
    check=check,
    fix=fix,
    severity=HIGH,
    layer=Layer.CLUSTER,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: cart
                  annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "true"}
            """
        ),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: cart
                  annotations:
                    nginx.ingress.kubernetes.io/configuration-snippet: |
                      add_header X-Served-By cart;
            """,
            at="metadata.annotations['nginx.ingress.kubernetes.io/configuration-snippet']",
            after_fix="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: cart
                  annotations: {}
            """,
        ),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: cart, annotations: {nginx.org/server-snippets: "return 200;"}}
            """
        ),
        unknown(manifest="{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {annotations: '${ALL}'}}"),
    ),
)
