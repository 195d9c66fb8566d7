"""The smallest ClusterRole that lets a scan of a cluster read what it asks for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import msgspec

from seawall.app.choice import choose
from seawall.core import Profile
from seawall.findings.unread import kinds_of
from seawall.model.access.identity import account_of, parse_identity
from seawall.reports.reader_role import cluster_role, cluster_role_binding, policy_rules
from seawall.rules.catalog import catalog
from seawall.sources.cluster.kinds import READ, SECRETS
from seawall.sources.cluster.reading import discovered
from seawall.sources.cluster.wanted import Wanted

Pair = tuple[str, str]
"""API group and resource."""


class RoleWish(msgspec.Struct, frozen=True, kw_only=True):
    """What the role is for."""

    name: str = "seawall-reader"
    select: tuple[str, ...] = ()
    """Rules, families and frameworks; empty: everything that a scan reads."""
    binding: str = ""
    """Who is bound to it, `sa:seawall/scanner`; empty: nobody."""
    secrets: bool = False
    cluster: Wanted | None = None
    """The cluster whose resources are asked for, custom ones included; None: a table of Kubernetes' own."""


def reader_role(wish: RoleWish) -> Iterator[str]:
    """The role as lines of YAML, with a binding if there is one.

    Raises:
        UsageError: a word or the subject is none.
        WorldError: the cluster does not answer.
    """
    subject = _subject(wish.binding) if wish.binding else None
    if wish.cluster is None:
        resources = [(group, resource) for group, table in READ.items() for resource in table]
    else:
        resources = [(each.group, each.resource) for each in discovered(wish.cluster, os.environ).read]
    comments = [
        "What `seawall scan --cluster` reads: it lists, and does nothing else.",
        "What there is to list everybody may ask who is logged in (ClusterRole system:discovery).",
    ]
    if wish.select:
        kinds, others = _kinds(wish.select, resources)
        resources = [pair for pair in resources if pair in kinds]
        comments.append(f"Only for --select {','.join(wish.select)}; a scan names the other kinds as not read.")
        if others and wish.cluster is None:
            comments.append(f"Custom resources are not among them ({', '.join(others)}): add --cluster.")
    elif wish.cluster is None:
        comments.append("Custom resources are not among them: add --cluster to name those that a cluster has.")
    resources = [pair for pair in resources if pair != SECRETS]
    if wish.secrets:
        resources.append(SECRETS)
        comments.append("RBAC cannot grant metadata alone: whoever may list Secrets may read their values as well.")
    yield from cluster_role(wish.name, policy_rules(resources), comments)
    if subject is not None:
        yield from cluster_role_binding(wish.name, subject)


def _kinds(words: Iterable[str], resources: Iterable[Pair]) -> tuple[set[Pair], list[str]]:
    """The resources that the rules behind some words look at, and the kinds that are no resource among these."""
    named: dict[str, set[Pair]] = {}
    for group, resource in resources:
        kind = READ.get(group, {}).get(resource, resource)
        named.setdefault(kind, set()).add((group, resource))
    wanted = {kind for rule in choose(catalog(), tuple(words), (), Profile.STRICT) for kind in kinds_of(rule)}
    if "" in wanted:
        return {pair for pairs in named.values() for pair in pairs}, []
    found = {pair for kind in wanted for pair in named.get(kind, ())}
    return found, sorted(kind for kind in wanted if kind not in named)


def _subject(text: str) -> tuple[str, str, str]:
    """Kind, namespace and name of `sa:NAMESPACE/NAME`, `user:NAME`, `group:NAME`."""
    who = parse_identity(text)
    found = account_of(who.user)
    if text.startswith("sa:") and found is not None:
        return "ServiceAccount", *found
    if text.startswith("group:"):
        return "Group", "", text.removeprefix("group:")
    return "User", "", who.user
