"""What the API server no longer checks before it stores an object: webhooks, admission policies, and third parties'.

By comparison of their fields, and on the safe side: what cannot be told to be as strict as before is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.changes import extent
from seawall.model.changes.change import Aspect, Change, Key, numbered
from seawall.model.changes.extent import Turn
from seawall.model.changes.pods import text_of
from seawall.model.changes.quotas import changed_quotas
from seawall.model.estate import Estate

_GROUP: Final = "admissionregistration.k8s.io"
_WEBHOOKS: Final = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_POLICIES: Final = ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")
_BINDINGS: Final = ("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding")
_OTHERS: Final = (
    "constraints.gatekeeper.sh",
    "templates.gatekeeper.sh",
    "config.gatekeeper.sh",
    "kyverno.io",
    "policies.kyverno.io",
    "policies.kubewarden.io",
)
"""Groups of third parties of whose objects each says what is refused."""


class _Check(NamedTuple):
    """One thing that may refuse."""

    resource: Resource
    what: str
    """`webhook "a.example" `; empty where the object is the check."""
    tree: object
    path: Path

    @property
    def subject(self) -> str:
        space = f"{self.resource.namespace}/" if self.resource.namespace else ""
        return f"{self.resource.kind} {space}{self.resource.name}"

    def change(self, said: str, *fields: str, wider: bool) -> Change:
        return Change(Aspect.ADMISSION, wider, self.subject, f"{self.what}{said}", self.resource, (*self.path, *fields))


Found = tuple[str, tuple[str, ...]]
"""What a check lets through that it did not, and the field."""


def changed_admission(old: Estate, new: Estate) -> Iterator[Change]:
    """What is let through now and was checked before, and the other way round."""
    before, after = numbered(_checks(old)), numbered(_checks(new))
    for key, check in before.items():
        if key not in after and _refuses(check) and not _is_unread(check, new):
            yield check.change("is gone", wider=not _excepts(check))
    for key, check in after.items():
        was = before.get(key)
        if was is None:
            if _refuses(check) and not _is_unread(check, old):
                yield check.change("is new", wider=_excepts(check))
            continue
        for said, fields in _weaker(was, check, unsure=True):
            yield check.change(said, *fields, wider=True)
        for said, fields in _weaker(check, was, unsure=False):
            yield was.change(f"no longer: {said}", *fields, wider=False)
    yield from changed_quotas(old, new)


def _is_unread(check: _Check, estate: Estate) -> bool:
    """Whether nobody knows if an estate holds a check, since objects of its kind could not be read."""
    return estate.inventory.is_unread(check.resource.kind, check.resource.namespace)


def _checks(estate: Estate) -> Iterator[tuple[Key, _Check]]:
    for resource in estate.inventory.resources:
        key = (resource.group, resource.kind, resource.namespace or "", resource.name)
        if resource.group == _GROUP and resource.kind in _WEBHOOKS:
            for index, hook in items(resource.tree.get("webhooks")):
                name = text_of(dig(hook, "name"))
                check = _Check(resource, f'webhook "{name}" ', hook, ("webhooks", index))
                yield (*key, name), check
        elif resource.group in _OTHERS or (resource.group == _GROUP and resource.kind in (*_POLICIES, *_BINDINGS)):
            yield key, _Check(resource, "", resource.tree.get("spec"), ("spec",))


def _refuses(check: _Check) -> bool:
    """Whether it may refuse something at all: a binding that only warns does not."""
    if check.resource.kind != _BINDINGS[0] or check.resource.group != _GROUP:
        return True
    actions = dig(check.tree, "validationActions")
    return isinstance(actions, Unknown) or any(
        isinstance(each, Unknown) or each == "Deny" for _, each in items(actions)
    )


def _excepts(check: _Check) -> bool:
    """Whether it lets through what others refuse."""
    return check.resource.kind.endswith("Exception")


def _weaker(was: _Check, now: _Check, *, unsure: bool) -> Iterator[Found]:
    """What the second may let through of what the first refused; with `unsure` also what cannot be compared."""
    if now.resource.group != _GROUP:
        if unsure and extent.text(was.tree) != extent.text(now.tree):
            yield "changed, so that it may let more through", ()
    elif _refuses(was):
        if not _refuses(now):
            yield f"denies nothing ({_listed(dig(now.tree, 'validationActions'))})", ("validationActions",)
            return
        yield from _on_failure(was, now)
        yield from _about_less(was, now, unsure=unsure)
        yield from _asks_less(was, now, unsure=unsure)


def _listed(value: object) -> str:
    return ", ".join(text_of(each) for _, each in items(value)) or "no action"


def _on_failure(was: _Check, now: _Check) -> Iterator[Found]:
    if now.resource.kind in _BINDINGS:
        return
    before, after = (_failure(each) for each in (was, now))
    if before not in ("Ignore", after) and after != "Fail":
        yield f"lets through what it cannot judge (failurePolicy {after})", ("failurePolicy",)


def _failure(check: _Check) -> str:
    value = dig(check.tree, "failurePolicy")
    default = "Ignore" if check.resource.version == "v1beta1" and check.resource.kind in _WEBHOOKS else "Fail"
    return default if value is None else text_of(value)


def _about_less(was: _Check, now: _Check, *, unsure: bool) -> Iterator[Found]:
    """What it is asked about."""
    inner = {**dict.fromkeys(_POLICIES, ("matchConstraints",)), **dict.fromkeys(_BINDINGS, ("matchResources",))}
    base = inner.get(now.resource.kind, ())
    for field, compare in _extents(now.resource.kind, base):
        turn = compare(dig(was.tree, *field), dig(now.tree, *field))
        if turn is Turn.FEWER:
            yield f"is asked about less ({field[-1]})", field
        elif turn is Turn.OTHER and unsure:
            yield f"is asked about something else, so that it may let more through ({field[-1]})", field


def _extents(kind: str, base: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Callable[[object, object], Turn]]]:
    if kind in _WEBHOOKS:
        yield ("rules",), extent.rules
    else:
        yield (*base, "resourceRules"), _optional_rules
        yield (*base, "excludeResourceRules"), lambda old, new: extent.rules(new, old)
    yield (*base, "namespaceSelector"), extent.selector
    yield (*base, "objectSelector"), extent.selector
    yield (*base, "matchPolicy"), _match_policy
    yield ("matchConditions",), extent.conditions


def _optional_rules(old: object, new: object) -> Turn:
    return extent.rules(_or_everything(old), _or_everything(new))


def _or_everything(value: object) -> object:
    return extent.EVERYTHING if value is None or (isinstance(value, list) and not value) else value


def _match_policy(old: object, new: object) -> Turn:
    """`Equivalent`, the default, sees a request in whichever version it is written."""
    before, after = ("Equivalent" if value is None else text_of(value) for value in (old, new))
    return extent.turned(
        within=before in ("Equivalent", after) or after == "Exact",
        around=after in ("Equivalent", before) or before == "Exact",
    )


def _asks_less(was: _Check, now: _Check, *, unsure: bool) -> Iterator[Found]:
    """What it asks of an object."""
    # Of validations each must hold, so that fewer of them let more through.
    turn = extent.conditions(dig(was.tree, "validations"), dig(now.tree, "validations"))
    if turn is Turn.MORE:
        yield "checks less (validations)", ("validations",)
    elif turn is Turn.OTHER and unsure:
        yield "checks something else, so that it may let more through (validations)", ("validations",)
    for field in ("clientConfig", "policyName", "paramRef", "paramKind", "variables", "mutations") if unsure else ():
        before, after = (_compared(dig(each.tree, field)) for each in (was, now))
        if before != after:
            yield f"changed, so that it may let more through ({field})", (field,)


def _compared(value: object) -> str:
    """A webhook's certificate is left out: who is asked is said by the address."""
    return extent.text(
        {key: each for key, each in value.items() if key != "caBundle"} if isinstance(value, dict) else value
    )
