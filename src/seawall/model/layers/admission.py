"""What looks at a request between its permission and its storing."""

from __future__ import annotations

from typing import Final

from seawall.core import Unknown, dig, items
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import products_seen
from seawall.model.layers.scopes import own_namespaces
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, lacking, of_kinds, settled, share
from seawall.model.podsecurity.labels import ENFORCE

_GROUP: Final = "admissionregistration.k8s.io"
_STRICT: Final = ("baseline", "restricted")


def _webhooks(estate: Estate) -> Seen:
    kinds = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
    parts = []
    found = []
    for kind, word in zip(kinds, ("validating", "mutating"), strict=True):
        of_kind = of_kinds(estate, (_GROUP, kind))
        number = sum(len(items(resource.tree.get("webhooks"))) for resource in of_kind)
        found += of_kind
        parts += [counted(number, f"{word} webhook")] if of_kind else []
    return Seen(", ".join(parts), len(found), facts=facts(found))


def _policies(estate: Estate, kind: str) -> Seen:
    """Policies of the API server's own; one without a binding does nothing."""
    policies = of_kinds(estate, (_GROUP, kind))
    names = [dig(each.tree, "spec", "policyName") for each in of_kinds(estate, (_GROUP, f"{kind}Binding"))]
    open_ = any(not settled(name) for name in names)
    bound = {name for name in names if isinstance(name, str)}
    lonely = [] if open_ else [policy for policy in policies if policy.name not in bound]
    told = counted(len(policies), "policy", "policies") + (f", {len(lonely)} without a binding" if lonely else "")
    return Seen(told, len(policies), not lonely, facts=facts(policies)) if policies else Seen()


def _validating(estate: Estate) -> Seen:
    return _policies(estate, "ValidatingAdmissionPolicy")


def _mutating(estate: Estate) -> Seen:
    return _policies(estate, "MutatingAdmissionPolicy")


def _engines(estate: Estate) -> Seen:
    return products_seen("policy-engine", estate)


def _pod_security(estate: Estate) -> Seen:
    """The namespaces of people's own whose label refuses pods; level privileged refuses none."""
    scopes = own_namespaces(estate)
    manifests = [scope.namespace for scope in scopes if scope.namespace is not None]
    found: list[Fact] = []
    levels: dict[str, int] = {}
    undecided = 0
    for namespace in manifests:
        level = namespace.labels.get(ENFORCE)
        if not settled(level):
            undecided += 1
        elif level is not None:
            levels[str(level)] = levels.get(str(level), 0) + 1
            if level in _STRICT:
                found.append(Fact(f"{called(namespace)} enforces {level}", namespace, ("metadata", "labels", ENFORCE)))
    defaults = [
        resource
        for resource in of_kinds(estate, ("apiserver.config.k8s.io", "AdmissionConfiguration"))
        if _sets(resource.tree)
    ]
    told = f"labels enforce it in {share(len(found), len(manifests), 'namespaces')}" if manifests else ""
    told += f" ({', '.join(f'{number} {level}' for level, number in sorted(levels.items()))})" if levels else ""
    told += lacking(namespace.name for namespace in manifests if namespace.labels.get(ENFORCE) is None) if found else ""
    missing = len(scopes) - len(manifests)
    told += f"{'; ' if told else ''}{counted(missing, 'namespace')} without a manifest" if missing else ""
    told += "; a default for all others" if defaults else ""
    complete = len(found) == len(scopes) or bool(defaults)
    return Seen(told, len(found) + len(defaults), complete, undecided, first((*found, *facts(defaults))))


def _sets(tree: object) -> bool:
    """Whether an AdmissionConfiguration settles the PodSecurity plugin."""
    names = [dig(plugin, "name") for _, plugin in items(dig(tree, "plugins"))]
    return any(not isinstance(name, Unknown) and name == "PodSecurity" for name in names)


PROBES: Final = {
    "admission-webhook": Probe(_webhooks, ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")),
    "validating-admission-policy": Probe(
        _validating, ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
    ),
    "mutating-admission-policy": Probe(_mutating, ("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding")),
    "pod-security-admission": Probe(_pod_security, ("Namespace",)),
    "policy-engine": Probe(_engines, ("CustomResourceDefinition",)),
}
"""The mechanisms of admission, by concept."""
