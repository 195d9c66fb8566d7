"""The webhooks of a configuration, and what each is asked about.

Source: Kubernetes API reference, `admissionregistration.k8s.io/v1` RuleWithOperations; k8s.io/apiserver
`pkg/admission/plugin/webhook/predicates/rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.core import Path, Unknown, items
from seawall.errors import UnknownValueError
from seawall.inventory import Tree, text_of
from seawall.model import WebhookConfiguration

_WITHOUT_NAMESPACE: Final = frozenset({"clusterrolebindings", "namespaces"})
"""What rules of scope `Cluster` are about, of all that is asked for here; a Namespace itself has none."""


class Listed(msgspec.Struct, frozen=True, gc=False):
    """The decided entries of a list of strings, and the first that is not."""

    known: frozenset[str] = frozenset()
    unknown: Unknown | None = None


class HookRule(msgspec.Struct, frozen=True, gc=False):
    """One of the rules that say what a webhook is asked about."""

    groups: Listed
    resources: Listed
    operations: Listed
    scopes: Listed

    @property
    def unknown(self) -> Unknown | None:
        """The first undecided entry; None when all is known."""
        holes = (listed.unknown for listed in (self.groups, self.resources, self.operations, self.scopes))
        return next((hole for hole in holes if hole is not None), None)


class Hook(msgspec.Struct, frozen=True, eq=False):
    """One webhook of a configuration."""

    index: int
    tree: Tree
    beta: bool
    """Whether it is written in `v1beta1`, whose failure policy is Ignore by default."""

    @property
    def path(self) -> Path:
        """Where it stands in the configuration."""
        return ("webhooks", self.index)

    @property
    def name(self) -> str:
        """Its name, as the source has it."""
        return text_of(self.tree.get("name"))

    @property
    def text(self) -> str:
        """How a message names it."""
        return f'webhook "{self.name}"'

    @property
    def failure_policy(self) -> object:
        """`Fail` or `Ignore`, the API's default where it is absent, or an `Unknown`."""
        policy = self.tree.get("failurePolicy")
        return ("Ignore" if self.beta else "Fail") if policy is None else policy

    @property
    def rules(self) -> tuple[HookRule, ...]:
        """What it is asked about."""
        rules = self.tree.get("rules")
        return (_rule(rules),) if isinstance(rules, Unknown) else tuple(_rule(rule) for _, rule in items(rules))

    @property
    def unknown(self) -> Unknown | None:
        """Something undecided in its rules, which may make it see more; None when all is known."""
        return next((rule.unknown for rule in self.rules if rule.unknown is not None), None)

    def sees(self, group: str, resource: str, operation: str = "") -> bool:
        """Whether it is surely asked about a resource; without an operation, about any of them."""
        scope = "Cluster" if resource in _WITHOUT_NAMESPACE else "Namespaced"
        return any(
            not rule.groups.known.isdisjoint(("*", group))
            and not rule.scopes.known.isdisjoint(("*", scope))
            and not rule.resources.known.isdisjoint(("*", "*/*", resource, f"{resource}/*"))
            and (not operation or not rule.operations.known.isdisjoint(("*", operation)))
            for rule in self.rules
        )


def hooks_of(configuration: WebhookConfiguration) -> Iterator[Hook]:
    """The webhooks of a configuration, in order.

    Raises:
        UnknownValueError: one of them, or their list, cannot be decided; all others were given.
    """
    beta = configuration.resource.version == "v1beta1"
    hooks = configuration.tree.get("webhooks")
    hidden: Unknown | None = None
    for index, hook in [(0, hooks)] if isinstance(hooks, Unknown) else items(hooks):
        if isinstance(hook, Unknown):
            hidden = hook
        elif isinstance(hook, dict):
            yield Hook(index, hook, beta)
    if hidden is not None:
        raise UnknownValueError(f"{hidden.text!r} cannot be decided: {hidden.why}", hidden)


def _rule(rule: object) -> HookRule:
    if isinstance(rule, Unknown):
        hole = Listed(unknown=rule)
        return HookRule(hole, hole, hole, hole)
    tree = rule if isinstance(rule, dict) else {}
    scope = tree.get("scope")
    return HookRule(
        _listed(tree.get("apiGroups")),
        _listed(tree.get("resources")),
        _listed(tree.get("operations")),
        _listed(["*" if scope is None else scope]),
    )


def _listed(value: object) -> Listed:
    if isinstance(value, Unknown):
        return Listed(unknown=value)
    entries = [entry for _, entry in items(value)]
    hole = next((entry for entry in entries if isinstance(entry, Unknown)), None)
    return Listed(frozenset(entry for entry in entries if isinstance(entry, str)), hole)
