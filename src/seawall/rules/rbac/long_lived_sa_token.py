"""A Secret holds an account's token that never expires.

Why: a Secret of type `kubernetes.io/service-account-token` is filled with a credential of the account that is valid
    until somebody deletes it, from anywhere, for everybody who can read Secrets or a copy of it in a pipeline.
Instead: pods get short-lived tokens by themselves (a projected volume). From outside: `kubectl create token`, or the
    identity of the pipeline or cloud by OIDC.
Breaks: whoever uses the token; switch them first, then delete the Secret.
Check: kubectl get secrets -A --field-selector type=kubernetes.io/service-account-token
Source: Kubernetes, "Service Accounts", "Manually create a long-lived API token"; OWASP Kubernetes Top Ten 2025, K09.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Secret
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_TYPE = "kubernetes.io/service-account-token"


def check(secret: Secret) -> Iterator[Evidence]:
    kind = secret.tree.get("type")
    if isinstance(kind, Unknown):
        yield unsure(kind, "type")
    elif kind == _TYPE:
        account = secret.resource.annotations.get("kubernetes.io/service-account.name")
        of = f' of account "{account}"' if isinstance(account, str) else ""
        yield fail(f"holds a token{of} that never expires; use kubectl create token or OIDC", "type", value=_TYPE)


RULE = Rule(
    id="long-lived-sa-token",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Secret,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Secret
                metadata: {name: db, namespace: shop}
                type: Opaque
                stringData: {user: cart}
            """,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Secret
                metadata: {name: db, namespace: shop}
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: ci, namespace: ops}
                ---
                apiVersion: v1
                kind: Secret
                metadata:
                  name: ci-token
                  namespace: ops
                  annotations: {kubernetes.io/service-account.name: ci}
                type: kubernetes.io/service-account-token
            """,
            at="type",
            instead="""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: ci, namespace: ops}
                # When a token is needed: kubectl create token ci -n ops --duration=1h
            """,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Secret
                metadata: {name: db, namespace: shop}
                type: ${TYPE}
            """,
        ),
    ),
)
