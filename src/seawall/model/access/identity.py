"""Who asks the API server: a user name and groups, as authentication hands them to the authorizer.

Source: Kubernetes, "Authenticating", "Anonymous requests" and "Service account tokens";
k8s.io/apiserver `pkg/authentication/serviceaccount`, `pkg/authentication/user`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from seawall.core import Unknown
from seawall.errors import UsageError
from seawall.model.bindings import ACCOUNT_GROUP, ACCOUNT_USER, Member

MASTERS: Final = "system:masters"
"""The group that the API server lets do everything, before it asks any authorizer."""
AUTHENTICATED: Final = "system:authenticated"
UNAUTHENTICATED: Final = "system:unauthenticated"
ANONYMOUS_USER: Final = "system:anonymous"
NODES: Final = "system:nodes"
NODE_USER: Final = "system:node:"
"""What the user name of a kubelet starts with."""

_FORM: Final = "Write user:NAME, group:NAME or sa:NAMESPACE/NAME"


class Identity(msgspec.Struct, frozen=True, gc=False):
    """A user with groups."""

    user: str
    """Empty where only a group is asked about."""
    groups: tuple[str, ...] = ()
    closed: bool = True
    """Whether these are all groups; False for people, whose groups come from outside of the cluster."""

    @property
    def is_master(self) -> bool:
        """Whether the API server lets it do everything."""
        return MASTERS in self.groups

    @property
    def is_node(self) -> bool:
        """Whether the Node authorizer decides for it too."""
        return NODES in self.groups and self.user.startswith(NODE_USER)

    @property
    def text(self) -> str:
        """`service account "shop/cart"`, `user "jane"`, `group "dev"`."""
        found = account_of(self.user)
        if found:
            return f'service account "{found[0]}/{found[1]}"'
        if self.user:
            return f'user "{self.user}"'
        return f'group "{self.groups[0]}"' if self.groups else "nobody"


def account_of(user: str) -> tuple[str, str] | None:
    """(namespace, name) of the service account that a user name stands for; None for all others."""
    namespace, colon, name = user.removeprefix(ACCOUNT_USER).partition(":")
    return (namespace, name) if user.startswith(ACCOUNT_USER) and colon and namespace and name else None


def account(namespace: str, name: str) -> Identity:
    """A service account with the groups that every one has."""
    return Identity(f"{ACCOUNT_USER}{namespace}:{name}", (ACCOUNT_GROUP, f"{ACCOUNT_GROUP}:{namespace}", AUTHENTICATED))


def person(name: str, groups: tuple[str, ...] | None = None) -> Identity:
    """A user as authentication would hand it on; `groups` are those from outside, None when nobody said which."""
    found = account_of(name)
    if found:
        return account(*found)
    if name == ANONYMOUS_USER:
        return Identity(name, (UNAUTHENTICATED,))
    own = (NODES,) if name.startswith(NODE_USER) else ()
    every = dict.fromkeys((*(groups or ()), *own, AUTHENTICATED))
    return Identity(name, tuple(every), closed=groups is not None or bool(own))


def member(group: str) -> Identity:
    """Anybody of a group, for what the group gives and nothing else."""
    if group == UNAUTHENTICATED:
        return Identity("", (group,))
    accounts = (ACCOUNT_GROUP,) if group.startswith(f"{ACCOUNT_GROUP}:") else ()
    return Identity("", tuple(dict.fromkeys((group, *accounts, AUTHENTICATED))))


def of_member(subject: Member, groups: tuple[str, ...] | None = None) -> Identity | None:
    """Who a subject of a binding is to the API server; None where that is filled in later, or nobody.

    An account whose namespace is filled in later is one of a namespace of that text. `groups` are a user's that come
    from outside; None when nobody said which.
    """
    if subject.unknown is not None:
        return None
    if subject.kind == "Group":
        return member(subject.name)
    if subject.kind == "User":
        return person(subject.name, groups)
    space = subject.namespace
    space = (space.text or "?") if isinstance(space, Unknown) else space
    return account(space, subject.name) if space else None


def parse_identity(text: str, groups: tuple[str, ...] | None = None) -> Identity:
    """Reads `user:jane`, `group:dev`, `sa:shop/cart`; `groups` are those of a user that come from outside.

    Raises:
        UsageError: it is none of these, or the groups make no sense beside it.
    """
    kind, colon, name = text.partition(":")
    kind = kind.casefold()
    if not colon or not name or kind not in ("user", "group", "sa", "serviceaccount"):
        raise UsageError(f"'{text}' is no subject", _FORM)
    if kind in ("sa", "serviceaccount"):
        namespace, slash, own = name.partition("/")
        if not (namespace and slash and own) or "/" in own:
            raise UsageError(f"'{text}' is no service account", "Write sa:NAMESPACE/NAME")
        found = account(namespace, own)
    else:
        found = person(name, groups) if kind == "user" else member(name)
    if groups and found.closed and not (kind == "user" and set(groups) <= set(found.groups)):
        raise UsageError(f"the groups of '{text}' are known, so --as-group says nothing", "Leave it out")
    return found
