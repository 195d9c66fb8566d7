"""A grant lets another namespace use every Secret.

Why: whoever may write Gateways there can answer with any certificate of this namespace, also with those that were
    never meant for that Gateway.
Instead: name the Secret in the grant's `to`, a grant for each.
Breaks: Gateways there that use another Secret of this namespace.
Check: kubectl get referencegrants -A -o 'custom-columns=NAME:.metadata.name,TO:.spec.to'
Source: Gateway API v1beta1, ReferenceGrantTo, name (unspecified refers to all resources of the kind).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, items
from seawall.model import Object
from seawall.model.exposure.gateways import GROUP
from seawall.model.exposure.values import read, text_of
from seawall.rules.spec import ARCHITECT_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object) -> Iterator[Evidence]:
    if thing.resource.kind != "ReferenceGrant" or thing.resource.group != GROUP:
        return
    granted = read(thing.tree, "spec", "to")
    if isinstance(granted, Unknown):
        yield unsure(granted, "spec", "to")
    for index, _ in items(granted):
        kind = read(granted, index, "kind")
        if isinstance(kind, Unknown):
            yield unsure(kind, "spec", "to", index, "kind")
        elif kind == "Secret" and not text_of(read(granted, index, "group")):
            yield from _secret(read(granted, index, "name"), index, _whom(thing))


def _secret(name: object, index: int, whom: str) -> Iterator[Evidence]:
    if not isinstance(name, Unknown) and not name:
        message = f"lets {whom} use every Secret of its namespace; name the one that is meant"
        yield fail(message, "spec", "to", index, "name", value=name)


def _whom(thing: Object) -> str:
    listed = [entry for _, entry in items(read(thing.tree, "spec", "from"))]
    found = [f"{text_of(read(each, 'kind'))}s of {text_of(read(each, 'namespace'))}" for each in listed]
    return ", ".join(found) or "others"


def _grant(to: str) -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {{name: edge, namespace: shop}}
spec:
  from: [{{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}}]
  to: [{to}]
"""


RULE = Rule(
    id="reference-grant-all-secrets",
    on=Object,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_grant('{group: "", kind: Secret, name: shop-tls}')),
        passes(manifest=_grant('{group: "", kind: Secret, name: "${NAME}"}')),
        passes(manifest=_grant('{group: "", kind: Service}')),
        fails(
            manifest=_grant('{group: "", kind: Secret}'),
            at="spec.to[0].name",
            instead=_grant('{group: "", kind: Secret, name: shop-tls}'),
        ),
        unknown(manifest=_grant('{group: "", kind: "${KIND}"}')),
        unknown(manifest=_grant("'${TO}'")),
        unknown(manifest="{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, spec: {to: '${TO}'}}"),
    ),
)
