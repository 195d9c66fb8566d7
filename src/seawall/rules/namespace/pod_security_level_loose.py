"""A namespace enforces a milder Pod Security level than all its workloads meet.

Why: the next workload may use what none of these need: another volume of the node, another user, more capabilities. To
    ask for what everything meets already costs nothing.
Instead: the label `pod-security.kubernetes.io/enforce: restricted`.
Breaks: pods that do not meet the level and stand in no file; see them first with `kubectl label --dry-run=server`.
Check: kubectl label --dry-run=server --overwrite namespace NAME pod-security.kubernetes.io/enforce=restricted
Source: Kubernetes, "Enforcing Pod Security Standards", "Embrace the principle of least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, Verdict
from seawall.model import NamespaceObject, NamespaceScope, View
from seawall.model.podsecurity import Level, strictest_level, verdict_of
from seawall.rules.namespace._common import PREFIX, SYSTEM, undecided
from seawall.rules.spec import ARCHITECT_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_LABEL = f"{PREFIX}enforce"
_PATH = ("metadata", "labels", _LABEL)


def check(namespace: NamespaceObject, view: View) -> Iterator[Evidence]:
    level = namespace.resource.labels.get(_LABEL)
    scope = view.once(_scopes).get(namespace.resource.name)
    if scope is None or not scope.pods or scope.name in SYSTEM:
        return
    if (hole := undecided(level)) is not None:
        yield unsure(hole, *_PATH)
    elif level == "baseline" and not any(pod.partial for pod in scope.pods):
        yield from _judged(scope, view)


def _judged(scope: NamespaceScope, view: View) -> Iterator[Evidence]:
    standing = strictest_level(scope.pods, view.kube_version)
    if standing.level is Level.RESTRICTED:
        count = len([pod for pod in scope.pods if not pod.resource.metadata.get("ownerReferences")]) or len(scope.pods)
        who = "its one workload meets" if count == 1 else f"all its {count} workloads meet"
        yield fail(
            f"enforces the Pod Security level baseline, though {who} restricted; enforce that", *_PATH, value="baseline"
        )
        return
    if any(verdict_of(obstacle.results) is Verdict.FAIL for obstacle in standing.obstacles):
        return
    value = standing.obstacles[0].results[0].violations[0].value
    yield unsure(value if isinstance(value, Unknown) else Unknown("", "a value of a pod is filled in later"), *_PATH)


def _scopes(view: View) -> dict[str, NamespaceScope]:
    return {scope.name: scope for scope in view.namespaces}


def _namespace(level: str) -> str:
    return f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: {level}"""


def _estate(level: str, user: str = "runAsNonRoot: true") -> str:
    return f"""{_namespace(level)}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec:
  securityContext: {{{user}, seccompProfile: {{type: RuntimeDefault}}}}
  containers:
  - name: web
    image: registry.example/web:1.0
    securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}"""


RULE = Rule(
    id="pod-security-level-loose",
    on=NamespaceObject,
    check=check,
    needs=("Namespace", "Pod"),
    versioned=True,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_estate("restricted"), estate=True),
        passes(manifest=_estate("baseline", "runAsNonRoot: false"), estate=True),
        passes(manifest=_namespace("baseline"), estate=True),
        fails(
            manifest=_estate("baseline"),
            at="metadata.labels['pod-security.kubernetes.io/enforce']",
            estate=True,
            instead=_estate("restricted"),
        ),
        unknown(manifest=_estate("baseline", "runAsNonRoot: '${ROOT}'"), estate=True),
        unknown(manifest=_estate("'${LEVEL}'"), estate=True),
        unknown(manifest=_estate("baseline")),
    ),
)
