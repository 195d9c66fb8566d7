"""A credential stands in a custom resource.

Why: custom resources are read by far more people and programs than Secrets, are not encrypted at rest by default, and
    stand in the repository in clear text. Values of a Helm release end up here most often.
Instead: replace the credential, keep the new one in a Secret, and name that Secret; most kinds have a field for it
    (`valuesFrom`, `existingSecret`, `secretRef`).
Breaks: whatever still uses the old credential once it is replaced.
Check: kubectl get KIND -A -o yaml | grep -iE '(password|token|secret|apikey)["]? ?[:=]'
Source: kubernetes.io "Good practices for Kubernetes Secrets"; Microsoft Threat Matrix MS-TA9027.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Path
from seawall.model import Object
from seawall.model.secrets import Credential, credential, credential_in
from seawall.model.workloads import is_builtin_group
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes

_TOLD_ELSEWHERE = frozenset({"args", "command", "containers", "env", "initContainers", "metadata", "status"})
"""What rules on containers and annotations look at, and what is not the author's."""
_ENCRYPTED = frozenset({"SealedSecret", "SopsSecret", "AVPSecret"})


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if is_builtin_group(resource.group) or resource.kind in _ENCRYPTED:
        return
    for path, key, value in _texts(thing.tree):
        if found := _found(key, value):
            yield leak(found, f'its field "{key}"', "name a Secret instead", *path)


def _texts(tree: dict[str, object]) -> Iterator[tuple[Path, str, str]]:
    """(place, name of the field, text) of every text in document order."""
    stack: list[tuple[Path, str, object]] = [((), "", tree)]
    while stack:
        path, key, value = stack.pop()
        if isinstance(value, str) and value:
            yield path, key, value
        elif isinstance(value, dict) and not _is_reference(key, value):
            members = [((*path, k), str(k), v) for k, v in value.items() if k not in _TOLD_ELSEWHERE]
            stack.extend(reversed(members))
        elif isinstance(value, list):
            stack.extend(((*path, i), key, item) for i, item in reversed(list(enumerate(value))))


def _is_reference(key: str, value: dict[str, object]) -> bool:
    """Whether a field names entries of a Secret: `passwordSecret: {secretName: bridge, password: entry}`.

    An ExternalSecret's `{secretKey: password, remoteRef: ...}` names the entry that it fills.
    """
    return "remoteRef" in value or (key.casefold().endswith(("secret", "secretref")) and "secretName" in value)


def _found(key: str, value: str) -> Credential | None:
    return credential_in(value) if "\n" in value.strip() else credential(key, value)


def _release(values: str) -> str:
    return f"""
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cart}}
spec:
  values: {values}
"""


RULE = Rule(
    id="secret-in-custom-resource",
    on=Object,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(manifest=_release("{auth: {existingSecret: cart-db, password: ''}, token: '${TOKEN}'}")),
        passes(manifest=_release("{tls: {secretName: cart-tls}, passwordKey: password, secret: cart-db}")),
        passes(
            manifest="""
                apiVersion: bitnami.com/v1alpha1
                kind: SealedSecret
                metadata: {name: cart-db}
                spec: {encryptedData: {password: AgBy3i4OJSWK0PiTySYZZA9rO43cGDEq}}
            """
        ),
        passes(
            manifest="""
                apiVersion: external-secrets.io/v1
                kind: ExternalSecret
                metadata: {name: cart-db}
                spec: {data: [{secretKey: password, remoteRef: {key: shop/cart-db, property: password}}]}
            """
        ),
        passes(manifest=_release("{auth: {passwordSecret: {secretName: cart-db, password: password}}}")),
        fails(
            manifest=_release("{auth: {password: hunter2}}"),
            at="spec.values.auth.password",
            instead=_release("{auth: {existingSecret: cart-db}}"),
        ),
        fails(manifest=_release("{store: {secretName: tls, password: hunter2}}"), at="spec.values.store.password"),
        fails(manifest=_release("{users: [{url: 'postgres://cart:hunter2@db/cart'}]}"), at="spec.values.users[0].url"),
    ),
)
