"""What the accounts of pods let them do: a pod that is switched to another account, or gets its token, gets its rights.

What an account itself may do more than before is told of the account (`permissions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from seawall.core import Path, Unknown
from seawall.model.access import Access, Held, Identity, account
from seawall.model.access.accounts import AUTOMOUNT, account_name, gets_token, homes
from seawall.model.access.reasons import named
from seawall.model.changes.change import Aspect, Change, Key, workload
from seawall.model.changes.permissions import rules_text, uncovered
from seawall.model.changes.pods import pods_by_key
from seawall.model.estate import Estate
from seawall.model.permissions import PolicyRule
from seawall.model.subjects import PodTemplate

_SHOWN: Final = 4


class _Runs(NamedTuple):
    """Who a pod is to the API server."""

    name: str
    """The account, `shop/cart`, or the text of what is filled in later."""
    who: Identity | None
    """None where the name is filled in later."""
    token: bool | str
    """Whether the pod gets the account's token; the text of what is filled in later."""

    @property
    def surely(self) -> bool:
        """Whether it is known to have the account's rights."""
        return self.who is not None and self.token is True


def changed_accounts(old: Estate, new: Estate) -> Iterator[Change]:
    """What a pod may do by its account now and could not by the one that it had, and the other way round."""
    before, after = pods_by_key(old), pods_by_key(new)
    yield from _more((old, before), (new, after), wider=True)
    yield from _more((new, after), (old, before), wider=False)


_Side = tuple[Estate, Mapping[Key, PodTemplate]]


def _more(before: _Side, after: _Side, *, wider: bool) -> Iterator[Change]:
    was_home, is_home = homes(before[0].access.grants.grants), homes(after[0].access.grants.grants)
    for key, pod in after[1].items():
        was = before[1].get(key)
        if was is None and not wider:
            continue  # it went, and what it could do with it
        now = _runs(pod, after[0], is_home)
        had = _runs(was, before[0], was_home) if was is not None else None
        if now.token is False or now == had:
            continue
        text = _text(now, had, before[0].access, after[0].access)
        if text:
            how = _how(now, had)
            yield Change(
                Aspect.PERMISSIONS,
                wider,
                workload(pod.resource),
                f"{how if wider else 'no longer: runs as'} {text}",
                pod.resource,
                _place(pod, how),
            )


def _how(now: _Runs, had: _Runs | None) -> str:
    if had is None:
        return "is new and runs as"
    return "now gets the token of" if now.name == had.name else "now runs as"


def _place(pod: PodTemplate, how: str) -> Path:
    return (*pod.path, AUTOMOUNT if how.startswith("now gets") else "serviceAccountName")


def _runs(pod: PodTemplate, estate: Estate, home: Mapping[str, str]) -> _Runs:
    name = account_name(pod.spec)
    if isinstance(name, Unknown):
        own = pod.spec.get(AUTOMOUNT)
        return _Runs(name.text, None, own.text if isinstance(own, Unknown) else own is not False)
    space = pod.resource.namespace or home.get(name, "default")
    token = gets_token(pod, estate.named("ServiceAccount", pod.resource.namespace, name))
    return _Runs(f"{space}/{name}", account(space, name), token.text if isinstance(token, Unknown) else token)


def _text(now: _Runs, had: _Runs | None, before: Access, after: Access) -> str:
    """The account and what it may that is more; empty where that is nothing."""
    if now.who is None:
        return f"an account that is filled in later ({now.name})" if had is None or had.name != now.name else ""
    found: dict[int, tuple[Held, list[PolicyRule]]] = {}
    for space in ("", *sorted(after.grants.spaces(now.who))):
        held = [each for each in after.held(now.who, space) if _counts(each, space)]
        owned = _owned(had, now.who, before, space)
        if had is None:
            # What the account itself has got is told of the account.
            known = list(before.held(now.who, space))
            held = [each for each in held if not list(uncovered([each], known))]
        for each, missing in uncovered(held, owned):
            found.setdefault(id(each.grant.binding), (each, []))[1].extend(missing)
    if not found:
        return ""
    perhaps = "" if now.token is True else f" if {now.token}"
    return f"{now.name}{perhaps}, which may {_listed(found.values())}"


def _owned(had: _Runs | None, who: Identity, before: Access, space: str) -> list[Held]:
    """The rules that the pod had; of a new one, those that every account of its namespace has."""
    if had is None:
        return list(before.held(Identity("", who.groups), space))
    return list(before.held(had.who, space)) if had.surely and had.who is not None else []


def _counts(held: Held, space: str) -> bool:
    """Whether a rule is one of this place, and not what Kubernetes gives to everybody."""
    if (held.grant.namespace is not None) is not bool(space):
        return False
    return held.grant.member.kind != "Group" or not held.grant.binding.name.startswith("system:")


def _listed(found: Iterable[tuple[Held, list[PolicyRule]]]) -> str:
    texts = []
    for held, missing in found:
        space = held.grant.namespace
        where = "everywhere" if space is None else f"in namespace {space}"
        texts.append(f"{rules_text(missing)} {where} ({named(held.grant.binding)})")
    more = len(texts) - _SHOWN
    return "; ".join(texts[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
