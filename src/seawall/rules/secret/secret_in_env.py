"""A Secret reaches a container through its environment.

Why: an environment is inherited by every child process, printed by crash dumps and debug pages, and shown by
    `kubectl exec ... env`. It also never changes while the container runs, so that a rotated secret is not picked up.
Instead: mount the Secret as a volume and let the program read the file; many images take `..._FILE` variables for it.
Breaks: programs that can read the credential from the environment only.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name} {..secretKeyRef}{..secretRef}{"\\n"}{end}'
Source: CIS Kubernetes Benchmark v1.12, 5.4.1; kubernetes.io "Good practices for Kubernetes Secrets".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.model import Container
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_SOURCES = (("env", ("valueFrom", "secretKeyRef")), ("envFrom", ("secretRef",)))


def check(container: Container) -> Iterator[Evidence]:
    found: list[tuple[Path, object]] = []
    for field, keys in _SOURCES:
        entries = container.spec.get(field)
        if isinstance(entries, Unknown):
            yield unsure(entries, field)
        for index, entry in items(entries):
            reference = dig(entry, *keys)
            if isinstance(reference, Unknown):
                yield unsure(reference, field, index, *keys)
            elif reference is not None:
                found.append(((field, index, *keys), reference))
    if found:
        count = "one Secret" if len(found) == 1 else f"{len(found)} Secrets"
        path, reference = found[0]
        yield fail(f"takes {count} through its environment; mount what it needs as files", *path, value=reference)


RULE = Rule(
    id="secret-in-env",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="env: [{name: LEVEL, value: info}]"),
        passes(container="envFrom: [{configMapRef: {name: cart}}]"),
        fails(
            pod="""
                containers:
                - name: web
                  image: registry.example/web:1.0
                  env:
                  - {name: LEVEL, value: info}
                  - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: cart-db, key: password}}}
            """,
            at="spec.containers[0].env[1].valueFrom.secretKeyRef",
            instead="""
                containers:
                - name: web
                  image: registry.example/web:1.0
                  env:
                  - {name: LEVEL, value: info}
                  - {name: DB_PASSWORD_FILE, value: /run/secrets/db/password}
                  volumeMounts: [{name: db, mountPath: /run/secrets/db, readOnly: true}]
                volumes: [{name: db, secret: {secretName: cart-db}}]
            """,
        ),
        fails(container="envFrom: [{secretRef: {name: cart-db}}]", at="spec.containers[0].envFrom[0].secretRef"),
        unknown(container="env: '${ENV}'"),
    ),
)
