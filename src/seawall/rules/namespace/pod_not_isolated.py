"""No NetworkPolicy of its namespace selects a pod.

Why: policies close only the pods that they select. Whatever the others of the namespace allow, every pod of the
    cluster may connect to this one; most often it came later, or its labels have changed.
Instead: a policy that denies all ingress to all pods (`podSelector: {}`, `policyTypes: [Ingress]`), then policies that
    allow what is needed.
Breaks: each connection to the pod that no policy allows.
Check: kubectl get networkpolicies -n NAMESPACE -o custom-columns=NAME:.metadata.name,PODS:.spec.podSelector
Source: Kubernetes docs, "Network Policies", "The two sorts of pod isolation"; CIS Kubernetes Benchmark 5.3.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, LeftOut, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model import NamespaceScope, PodTemplate, View
from seawall.model.selectors import doubt, labelled
from seawall.rules.namespace._common import SYSTEM
from seawall.rules.namespace._policies import CLUSTER_WIDE, perhaps_covered
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure

_KUBERNETES, _CILIUM = "networking.k8s.io", "CiliumNetworkPolicy"


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    found, host = view.once(_open_pods).get(id(pod)), dig(pod.spec, "hostNetwork")
    # Policies do not apply to what shares the network of its node.
    if found is None or host is True:
        return
    covered = perhaps_covered(view)
    if isinstance(found, Unknown):
        yield unsure(found)
    elif isinstance(host, Unknown):
        yield unsure(host, "hostNetwork")
    elif covered is not None:
        yield covered
    else:
        yield fail("is selected by no NetworkPolicy of its namespace for ingress; deny by default, then allow")


def _open_pods(view: View) -> dict[int, bool | Unknown]:
    """By the `id()` of a pod that may be open: True, or what leaves it open whether a policy selects it.

    Of namespaces with a policy: of the others the whole is told.
    """
    found: dict[int, bool | Unknown] = {}
    for scope in view.namespaces:
        if scope.name not in SYSTEM and (policies := _policies(scope)):
            found.update(_of_namespace(policies, scope, view))
    return found


def _policies(scope: NamespaceScope) -> list[Resource]:
    """By name: the order of the input must not decide which of two doubts is told."""
    return sorted(scope.of("NetworkPolicy") + scope.of(_CILIUM), key=lambda each: each.name)


def _of_namespace(policies: list[Resource], scope: NamespaceScope, view: View) -> Iterator[tuple[int, bool | Unknown]]:
    pods = labelled(view, scope.name)
    closed: set[int] = set()
    doubts: dict[int, Unknown] = {}
    for policy in policies:
        selector = dig(policy.tree, "spec", "endpointSelector" if policy.kind == _CILIUM else "podSelector")
        limits = _limits_ingress(policy)
        must, may = pods.selected(selector) if limits is not False else (frozenset[int](), frozenset[int]())
        if limits is True:
            closed |= must
            may = may - must
        why = limits if isinstance(limits, Unknown) else selector
        for number in frozenset(may).difference(doubts):
            doubts[number] = why if isinstance(why, Unknown) else _doubt(selector, pods.pods[number])
    for number, pod in enumerate(pods.pods):
        if number not in closed:
            yield id(pod), doubts.get(number, True)


def _doubt(selector: object, pod: PodTemplate) -> Unknown:
    why = doubt(selector, pod)
    return LeftOut(why.why, why.text) if pod.partial else why


def _limits_ingress(policy: Resource) -> bool | Unknown:
    """Whether the policy closes the pods that it selects to what it does not allow."""
    if policy.kind == _CILIUM and _is_empty(dig(policy.tree, "spec", "endpointSelector")):
        rules = [dig(policy.tree, "spec", key) for key in ("ingress", "ingressDeny")]
        if dig(policy.tree, "spec", "enableDefaultDeny") is None and all(
            each is None or isinstance(each, list) for each in rules
        ):
            return any(isinstance(each, list) for each in rules)
    if policy.group != _KUBERNETES:
        return Unknown(f'{policy.kind} "{policy.name}"', "which pods it selects is not worked out")
    types = dig(policy.tree, "spec", "policyTypes")
    listed = [types] if isinstance(types, Unknown) else [entry for _, entry in items(types)]
    if not listed or any(not isinstance(entry, Unknown) and entry == "Ingress" for entry in listed):
        return True
    return next((entry for entry in listed if isinstance(entry, Unknown)), False)


def _is_empty(selector: object) -> bool:
    return isinstance(selector, dict) and not selector


def _estate(*policies: str, pod: str = "{containers: [{name: web, image: registry.example/web:1.0}]}") -> str:
    workload = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {pod}
"""
    return "---".join((workload, *policies))


def _policy(spec: str, name: str = "np", group: str = _KUBERNETES) -> str:
    return f"""
apiVersion: {group}/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec: {spec}
"""


def _cilium(spec: str) -> str:
    return _policy(spec, group="cilium.io").replace("kind: Net", "kind: CiliumNet")


_DB = _policy("{podSelector: {matchLabels: {app: db}}}")

RULE = Rule(
    id="pod-not-isolated",
    on=PodTemplate,
    check=check,
    needs=("Namespace", "Pod", "NetworkPolicy"),
    uses=CLUSTER_WIDE,
    severity=LOW,
    concept="no-network-policy",
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate(_policy("{podSelector: {matchLabels: {app: web}}}")), estate=True),
        passes(manifest=_estate(_policy("{podSelector: {}, policyTypes: [Ingress]}")), estate=True),
        passes(manifest=_estate(_DB.replace("namespace: shop", "namespace: other")), estate=True),
        passes(manifest=_estate(_DB, pod="{hostNetwork: true, containers: [{name: web}]}"), estate=True),
        fails(
            manifest=_estate(_DB),
            estate=True,
            instead=_estate(
                _DB,
                _policy("{podSelector: {}, policyTypes: [Ingress]}", "default-deny"),
            ),
        ),
        fails(manifest=_estate(_policy("{podSelector: {}, policyTypes: [Egress]}")), estate=True),
        unknown(manifest=_estate(_policy("{podSelector: {matchLabels: {app: '${APP}'}}}")), estate=True),
        unknown(manifest=_estate(_policy("{podSelector: '${SELECTOR}'}")), estate=True),
        unknown(manifest=_estate(_policy("{podSelector: {}, policyTypes: ['${TYPE}']}")), estate=True),
        unknown(manifest=_estate(_DB, _policy("{selector: all()}", group="projectcalico.org")), estate=True),
        unknown(manifest=_estate(_DB, pod="{hostNetwork: '${HOST}', containers: [{name: web}]}"), estate=True),
        passes(manifest=_estate(_cilium("{endpointSelector: {}, ingress: [{}]}")), estate=True),
        fails(manifest=_estate(_cilium("{endpointSelector: {}, egress: [{}]}")), estate=True),
        unknown(manifest=_estate(_cilium("{endpointSelector: {matchLabels: {app: web}}, ingress: []}")), estate=True),
        unknown(manifest=_estate(_cilium("{endpointSelector: {}, ingress: '${RULES}'}")), estate=True),
        unknown(manifest=_estate(_DB)),
    ),
)
