"""A credential stands in an environment variable of a manifest.

Why: everyone who may read the repository, its history, the workload (`get deployments` is enough) or a backup has the
    credential. Deleting the line later does not take it back.
Instead: replace the credential at its issuer, keep the new one in a Secret that an external store fills, and take it
    from there (`valueFrom.secretKeyRef`, better a mounted file).
Breaks: whatever still uses the old credential once it is replaced.
Check: kubectl get deployments -A -o yaml | grep -iA1 -E 'name: .*(password|token|secret|key)$'
Source: kubernetes.io "Good practices for Kubernetes Secrets"; Microsoft Threat Matrix MS-TA9027.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.inventory import text_of
from seawall.model import Container
from seawall.model.secrets import credential
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    entries = container.spec.get("env")
    if isinstance(entries, Unknown):
        yield unsure(entries, "env")
    for index, entry in items(entries):
        value = dig(entry, "value")
        if isinstance(value, Unknown):
            yield unsure(value, "env", index, "value")
        elif isinstance(value, str) and value:
            name = text_of(dig(entry, "name"))
            if found := credential(name, value):
                yield leak(found, f"variable {name}", "take it from a Secret", "env", index, "value")


RULE = Rule(
    id="secret-in-env-value",
    on=Container,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(container="env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]"),
        passes(container="env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db}]"),
        passes(container="env: [{name: DB_URL, value: 'postgres://cart:$(DB_PASSWORD)@db/cart'}]"),
        passes(container="env: [{name: DB_PASSWORD, value: '${DB_PASSWORD}'}]"),
        passes(container="env: [{name: DB_PASSWORD, value: '<path:secret/data/shop#password>'}]"),
        passes(container="env: [{name: DB_PASSWORD, value: 'ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)'}]"),
        passes(container="env: [{name: ALLOW_WEAK_PASSWORD, value: '1234567'}, {name: RESET_PASSWORD, value: never}]"),
        fails(
            container="""
                env:
                - {name: LEVEL, value: info}
                - {name: DB_PASSWORD, value: hunter2}
            """,
            at="spec.containers[0].env[1].value",
            instead="""
                env:
                - {name: LEVEL, value: info}
                - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: cart-db, key: password}}}
            """,
        ),
        fails(container="env: [{name: ADMIN_PASSWORD, value: changeme}]"),
        fails(container="env: [{name: DB_URL, value: 'postgres://cart:hunter2@db/cart'}]"),
        fails(container="env: [{name: DB, value: 'Server=db;User Id=sa;Password=S3cr3t!x;'}]"),
        fails(container="env: [{name: JAVA_OPTS, value: '-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter22'}]"),
        fails(container="""env: [{name: CONFIG, value: '{"host": "db", "password": "hunter22"}'}]"""),
        fails(
            pod="""
                initContainers:
                - name: migrate
                  image: registry.example/migrate:1.0
                  env: [{name: API_TOKEN, value: f3a9c2d14b7e4f60a1b2}]
            """,
            at="spec.initContainers[0].env[0].value",
        ),
        unknown(container="env: '${ENV}'"),
    ),
)
