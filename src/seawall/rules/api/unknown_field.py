"""An object sets a field that the API does not know.

Why: the API server drops it with a warning, or refuses the object where validation is strict. Either way the object
    does not say what its author meant.
Instead: write the field as the API calls it, at the place where the API has it, or leave it out.
Breaks: nothing; the field has no effect as it is.
Check: kubectl apply --dry-run=server --validate=strict -f FILE
Source: Kubernetes API reference; KEP-2885, server side unknown field validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, path_text
from seawall.model import Object
from seawall.rules.api._fields import guards
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes


def check(thing: Object) -> Iterator[Evidence]:
    for issue in thing.resource.issues:
        # SOPS keeps its own data in the object and takes it out when it decrypts it.
        if issue.kind == "unknown-field" and issue.path[0] != "sops" and not guards(issue.path, issue.hint):
            advice = issue.hint or f"it is not {issue.expected}"
            yield fail(f"sets {path_text(issue.path)}, which the API server drops; {advice}", *issue.path)


RULE = Rule(
    id="unknown-field",
    on=Object,
    check=check,
    severity=LOW,
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="terminationMessagePath: /dev/termination-log"),
        passes(manifest="{apiVersion: v1, kind: Secret, metadata: {name: db}, sops: {version: 3.9.0}}"),
        fails(container="imagePolicy: Always", at="spec.containers[0].imagePolicy", instead="imagePullPolicy: Always"),
    ),
)
