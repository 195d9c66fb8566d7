"""What a workload's account may do to other workloads, there and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.core import Severity, Unknown
from seawall.model import PodTemplate, View
from seawall.model.access.might import Hold
from seawall.model.access.reasons import named, reasons
from seawall.model.facts import Fact
from seawall.rules.pod._accounts import Holds, Runs, runs_as
from seawall.rules.spec import HIGH, MEDIUM, Evidence, fail, unsure

_WHERE = "serviceAccountName"
_SHOWN = 3


def taken(pod: PodTemplate, view: View, *, elsewhere: bool) -> Iterator[Evidence]:
    """One evidence for a pod whose account holds rights over others; `elsewhere`: beyond its own namespace."""
    runs = runs_as(pod, view)
    if isinstance(runs, Unknown):
        yield unsure(runs, _WHERE)
        return
    holds = (
        []
        if runs.token is False
        else [hold for hold in view.once(Holds).of(runs.who) if _counts(hold, runs, elsewhere)]
    )
    sure = [hold for hold in holds if hold.doubt is None]
    doubt = next((hold.doubt for hold in holds if hold.doubt is not None), None)
    if sure and isinstance(runs.token, Unknown):
        yield unsure(runs.token, "automountServiceAccountToken")
    elif sure:
        yield fail(_told(sure, runs), _WHERE, value=pod.spec.get(_WHERE), severity=_severity(sure))
    elif doubt is not None:
        yield unsure(doubt, _WHERE)


def why_taken(pod: PodTemplate, view: View, *, elsewhere: bool) -> Iterator[Fact]:
    """The bindings and roles by which its account holds them."""
    runs = runs_as(pod, view)
    for hold in () if isinstance(runs, Unknown) else view.once(Holds).of(runs.who):
        if not isinstance(runs, Unknown) and _counts(hold, runs, elsewhere):
            yield from reasons(hold.held)


def _counts(hold: Hold, runs: Runs, elsewhere: bool) -> bool:
    return (hold.namespace != runs.namespace) is elsewhere


def _severity(holds: Sequence[Hold]) -> Severity:
    return HIGH if any(hold.namespace is None for hold in holds) else MEDIUM


def _told(holds: Sequence[Hold], runs: Runs) -> str:
    wide = [hold for hold in holds if hold.namespace is None]
    told = wide or holds
    texts = list(dict.fromkeys(hold.grip.text for hold in told))
    spaces = sorted({hold.namespace for hold in told if hold.namespace is not None})
    more = f" and {len(spaces) - _SHOWN} more" if len(spaces) > _SHOWN else ""
    where = "in every namespace" if wide else f"in namespace {', '.join(spaces[:_SHOWN])}{more}"
    through = list(dict.fromkeys(named(hold.held.grant.binding) for hold in told))
    others = f" and {len(through) - 1} more" if len(through) > 1 else ""
    does = " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
    return (
        f'runs as ServiceAccount "{runs.name}", which {does} {where} ({through[0]}{others}); '
        "give it what it uses, by name"
    )


def estate(resource: str, verb: str, kind: str = "RoleBinding", *, names: str = "", pod: str = "") -> str:
    """An example: a pod, and what its account holds."""
    limit = f", resourceNames: [{names}]" if names else ""
    where = ", namespace: shop" if kind == "RoleBinding" else ""
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop}}
spec: {{{pod}serviceAccountName: cart, containers: [{{name: cart, image: registry.example/cart:1.0}}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: cart}}
rules: [{{apiGroups: [""], resources: [{resource}]{limit}, verbs: [{verb}]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: cart{where}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cart}}
subjects: [{{kind: ServiceAccount, name: cart, namespace: shop}}]"""
