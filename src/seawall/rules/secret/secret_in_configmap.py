"""A credential stands in a ConfigMap.

Why: ConfigMaps are read by far more people and programs than Secrets, are never encrypted at rest by default, and
    stand in the repository in clear text.
Instead: replace the credential and keep the new one in a Secret; where a file needs it, let the program read a second
    file, or fill the file in when the pod starts.
Breaks: whatever still uses the old credential once it is replaced.
Check: kubectl get configmaps -A -o yaml | grep -iE '(password|token|secret|apikey)["]? ?[:=]'
Source: kubernetes.io "ConfigMaps" (not for confidential data); Microsoft Threat Matrix MS-TA9027.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import ConfigMap
from seawall.model.secrets import Credential, credential, credential_in
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes, unknown, unsure


def check(config: ConfigMap) -> Iterator[Evidence]:
    for field in ("data", "binaryData"):
        data = config.tree.get(field)
        if isinstance(data, Unknown):
            yield unsure(data, field)
        for key, value in data.items() if isinstance(data, dict) else ():
            if isinstance(value, Unknown):
                yield unsure(value, field, key)
            elif isinstance(value, str) and (found := _found(key, value if field == "data" else _decoded(value))):
                yield leak(found, f'its key "{key}"', "move it to a Secret", field, key)


def _decoded(value: str) -> str:
    """What base64 holds; empty where that is no text."""
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _found(key: str, value: str) -> Credential | None:
    """A one-line value is judged by its key, a file by what is assigned in it."""
    return credential_in(value) if "\n" in value.strip() else credential(key, value) or credential_in(value)


RULE = Rule(
    id="secret-in-configmap",
    on=ConfigMap,
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
                kind: ConfigMap
                metadata: {name: cart}
                data:
                  LEVEL: info
                  DB_PASSWORD_FILE: /run/secrets/db
                  ca.crt: "-----BEGIN CERTIFICATE-----\\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\\n-----END CERTIFICATE-----"
                  app.properties: |
                    db.user=cart
                    db.password=${DB_PASSWORD}
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                data:
                  DB_PASSWORD: hunter2
            """,
            at="data.DB_PASSWORD",
            instead="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                data:
                  DB_PASSWORD_FILE: /run/secrets/db/password
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                data:
                  app.properties: |
                    db.user=cart
                    db.password=hunter2
            """,
            at="data['app.properties']",
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                data: {DB_URL: "postgres://cart:hunter2@db/shop"}
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                binaryData: {app.properties: ZGIudXNlcj1jYXJ0CmRiLnBhc3N3b3JkPWh1bnRlcjIK}
            """,
            at="binaryData['app.properties']",
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cart}
                data: ${CART_CONFIG}
            """
        ),
    ),
)
