"""A Secret's content stands in a file.

Why: base64 hides nothing. Everyone who may read the repository or its history has what the Secret holds, whatever the
    cluster's own access rules say.
Instead: replace the credential, and commit a reference in place of it: an ExternalSecret, a SealedSecret, a file
    encrypted with SOPS, or a Secret that is filled in when it is deployed.
Breaks: whatever still uses the old credential once it is replaced.
Check: git log --all --oneline -S 'kind: Secret' -- '*.yaml' '*.yml'
Source: kubernetes.io "Good practices for Kubernetes Secrets"; OWASP Kubernetes Top Ten 2025, K03.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Secret
from seawall.model.secrets import credential_in_secret, secret_text
from seawall.rules.secret._helpers import leak
from seawall.rules.spec import (
    ANALYST,
    CARES,
    DEVELOPER_OWNS,
    HIGH,
    MEDIUM,
    Evidence,
    Rule,
    fails,
    passes,
    unknown,
    unsure,
)


def check(secret: Secret) -> Iterator[Evidence]:
    # What a cluster gave out has a uid; only a file that a person wrote is a leak. SOPS leaves its key `sops` behind.
    if secret.resource.metadata.get("uid") is not None or "sops" in secret.tree:
        return
    for field in ("data", "stringData"):
        values = secret.tree.get(field)
        if isinstance(values, Unknown):
            yield unsure(values, field)
        for key, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, Unknown):
                yield unsure(value, field, key)
            elif isinstance(value, str) and (
                found := credential_in_secret(key, secret_text(value) if field == "data" else value)
            ):
                yield leak(found, f'its entry "{key}"', "commit a reference to a secret store", field, key)


_SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: cart-db}
"""

RULE = Rule(
    id="secret-in-manifest",
    on=Secret,
    check=check,
    severity=MEDIUM,
    otherwise={HIGH: "the value shows by itself what it is: a key, a known token, an address with a password"},
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(manifest=_SECRET + "data: {}"),
        passes(manifest=_SECRET + "stringData: {username: cart, password: '${DB_PASSWORD}'}"),
        passes(manifest=_SECRET + "data: {ca.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=}"),
        passes(
            manifest="""
                apiVersion: v1
                kind: Secret
                metadata: {name: cart-db, uid: 2b1d7c1e-8f3a-4a53-9d3e-0a2c5b7d9e11}
                data: {password: aHVudGVyMg==}
            """
        ),
        passes(manifest=_SECRET + "data: {password: 'ENC[AES256_GCM,data:p673w==,type:str]'}\nsops: {version: 3.9.0}"),
        fails(
            manifest=_SECRET + "data: {password: aHVudGVyMg==}",
            at="data.password",
            instead="""
                apiVersion: external-secrets.io/v1
                kind: ExternalSecret
                metadata: {name: cart-db}
                spec:
                  secretStoreRef: {kind: ClusterSecretStore, name: vault}
                  data:
                  - {secretKey: password, remoteRef: {key: shop/cart-db, property: password}}
            """,
        ),
        fails(
            manifest=_SECRET + "data:\n  url: |\n    cG9zdGdyZXM6Ly9jYXJ0Omh1bnRl\n    cjJAZGIvY2FydA==", at="data.url"
        ),
        fails(manifest=_SECRET + "stringData: {api-token: f3a9c2d14b7e4f60a1b2}", at="stringData.api-token"),
        fails(manifest=_SECRET + "stringData: {url: 'postgres://cart:hunter2@db/cart'}", at="stringData.url"),
        fails(manifest=_SECRET + "stringData: {vault: shop-a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6}"),
        unknown(manifest=_SECRET + "data: '${DATA}'"),
    ),
)
