"""Rights of what the user named: reads it, for any number of questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.core.spelling import closest, did_you_mean
from seawall.errors import UsageError
from seawall.model.access import Access
from seawall.model.access.identity import account_of
from seawall.model.access.queries import Question, ask
from seawall.model.access.requests import VERBS
from seawall.model.namespaces import MADE, namespaces_of
from seawall.model.permissions import Answer
from seawall.model.versions import NEWEST, KubeVersion


def access_to(wanted: Input, progress: Progress = no_progress) -> Access:
    """Reads what was named; a version newer than known is answered for as the newest known."""
    inventory = load(wanted, progress)
    return Access(inventory, min(judged_version(wanted, inventory), NEWEST))


def notes_on(access: Access) -> tuple[str, ...]:
    """What an answer about who may do a thing leaves out, and what it takes in."""
    if access.inventory.live:
        return missing_from(access)
    made = f"with the roles and bindings that an API server of Kubernetes {access.version} makes by itself"
    return (*missing_from(access), made)


def missing_from(access: Access) -> tuple[str, ...]:
    """What was not read that may give rights."""
    whole = "the input is not said to be the whole cluster (--estate): there may be more"
    return (*(() if access.inventory.whole else (whole,)), *unread_of(access))


def unread_of(access: Access) -> tuple[str, ...]:
    """The kinds that give rights of which a cluster did not let all be read."""
    kinds = {each.kind for each in access.inventory.unread} & {
        "Role",
        "ClusterRole",
        "RoleBinding",
        "ClusterRoleBinding",
    }
    return tuple(f"objects of kind {kind} could not be read: there may be more" for kind in sorted(kinds))


_STREAMS = frozenset({"attach", "exec", "portforward"})
_CREATES = KubeVersion(35)
"""Since then opening a stream asks for the verb create, whatever way the client takes."""


def words_about(access: Access, question: Question) -> Iterator[str]:
    """What may be misspelt in a question that is answered all the same, and what its answer does not say."""
    spaces = known_namespaces(access)
    space = question.namespace
    if space is not None and space not in spaces:
        yield f"no namespace '{space}' is in what was read{did_you_mean(closest(space, spaces, 1))}"
    found = account_of(question.who.user)
    if found is not None and found not in access.accounts and not access.grants.names(question.who.user):
        name, known = "/".join(found), {"/".join(each) for each in access.accounts}
        yield f"no account '{name}' is declared, used or bound in what was read{did_you_mean(closest(name, known, 1))}"
    if question.verb not in VERBS and ":" not in question.verb:
        close = did_you_mean(closest(question.verb, VERBS, 1))
        yield f"'{question.verb}' is no verb that the API server asks about{close}"
    if question.target.subresource in _STREAMS and question.verb == "create" and access.version < _CREATES:
        get = ask(access, msgspec.structs.replace(question, verb="get"))
        if question.who.user and get.decision.answer is Answer.YES:
            target = question.target.text
            yield f"it may get {target}, which opens the same stream over WebSockets before Kubernetes {_CREATES}"


def known_namespaces(access: Access) -> frozenset[str]:
    """The namespaces that are read of, and those that every cluster has."""
    return frozenset({*namespaces_of(access.inventory), *access.grants.namespaces, *MADE})


def no_namespace(name: str, known: Iterable[str]) -> UsageError:
    """What to say of a word that is none of the namespaces."""
    hint = "A subject is written user:NAME, group:NAME or sa:NAMESPACE/NAME"
    return UsageError(f"no namespace '{name}' is in what was read{did_you_mean(closest(name, known, 1))}", hint)
