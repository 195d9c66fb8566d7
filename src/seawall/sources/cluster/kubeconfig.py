"""The files that say where clusters are and who asks them, merged as kubectl merges them.

Source: kubernetes.io "Organizing Cluster Access Using kubeconfig Files"; k8s.io/client-go v0.37, `tools/clientcmd`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from seawall.errors import ConfigError
from seawall.sources.cluster.entries import Entry, server_of, tls_of, user_of
from seawall.sources.cluster.target import Target

_LARGEST: Final = 16 << 20
_LISTS: Final = (("clusters", "cluster"), ("contexts", "context"), ("users", "user"))


class Kubeconfig(msgspec.Struct, frozen=True, eq=False):
    """All files as one; of two entries of one name the first one read counts."""

    files: tuple[str, ...]
    current: str
    clusters: dict[str, Entry]
    contexts: dict[str, Entry]
    users: dict[str, Entry]

    @property
    def shown(self) -> str:
        """The files as a message names them."""
        return ", ".join(self.files)

    def target(self, context: str | None) -> Target:
        """What a context comes to; None is the current one.

        Raises:
            ConfigError: there is no such context, or it says something that cannot be meant.
        """
        name = context if context is not None else self.current
        if not name:
            known = ", ".join(sorted(self.contexts)) or "none"
            raise ConfigError(f"{self.shown} names no current context", f"Name one by --context; there is: {known}")
        entry = self.contexts.get(name)
        if entry is None:
            known = ", ".join(sorted(self.contexts)) or "none"
            raise ConfigError(f"there is no context '{name}' in {self.shown}", f"There is: {known}")
        cluster = self._named(self.clusters, entry, "cluster")
        if cluster is None:
            raise ConfigError(f"context '{name}' of {entry.file} names no cluster", "Set its `cluster`")
        user = self._named(self.users, entry, "user")
        return Target(
            server_of(cluster),
            tls_of(cluster),
            user_of(user or Entry({}, entry.file, ""), cluster),
            name,
            entry.text("namespace"),
            cluster.text("proxy-url"),
        )

    @staticmethod
    def _named(table: Mapping[str, Entry], context: Entry, what: str) -> Entry | None:
        name = context.text(what)
        if not name:
            return None
        if name not in table:
            message = f"context '{context.name}' of {context.file} names the {what} '{name}', which is not there"
            raise ConfigError(message, f"Add the {what}, or choose another context by --context")
        return table[name]


def find_kubeconfig(explicit: str | None, environ: Mapping[str, str]) -> Kubeconfig | None:
    """The files that kubectl would read: the one named, else those of KUBECONFIG, else `~/.kube/config`.

    None where there is none: a list may name files that are missing, a flag may not.

    Raises:
        ConfigError: a file cannot be read, or is none.
    """
    if explicit is not None:
        return _merged([_read(Path(explicit), explicit)])
    listed = [name for name in environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    names = listed or [str(Path("~/.kube/config").expanduser())]
    parts = [_read(Path(name), name) for name in dict.fromkeys(names) if not _is_missing(Path(name))]
    return _merged(parts) if parts else None


def _is_missing(path: Path) -> bool:
    """Whether there is no such file; one that may not be looked at is there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


class _Part(msgspec.Struct, frozen=True):
    """One file."""

    file: str
    current: str
    tables: dict[str, dict[str, Entry]]


def _merged(parts: list[_Part]) -> Kubeconfig:
    tables: dict[str, dict[str, Entry]] = {plural: {} for plural, _ in _LISTS}
    for part in reversed(parts):  # so that the first one overwrites
        for plural, table in part.tables.items():
            tables[plural].update(table)
    current = next((part.current for part in parts if part.current), "")
    files = tuple(part.file for part in parts)
    return Kubeconfig(files, current, tables["clusters"], tables["contexts"], tables["users"])


def _read(path: Path, shown: str) -> _Part:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"kubeconfig '{shown}' is larger than 16 MB", "Name another file by --kubeconfig")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ConfigError(f"kubeconfig '{shown}' cannot be read: {why}", "Check --kubeconfig and KUBECONFIG") from error
    tree = _parsed(text, shown)
    current = tree.get("current-context")
    if not isinstance(current, str | None):
        raise ConfigError(f"{shown}: current-context is no text", "Write the name of a context")
    return _Part(shown, current or "", {plural: _table(tree, plural, one, path, shown) for plural, one in _LISTS})


def _parsed(text: str, shown: str) -> dict[str, Any]:
    """The mapping that a kubeconfig is; an empty file is an empty one. Messages quote nothing of it."""
    from seawall.yamltext import Broken, Reader

    documents = Reader().read(text)
    if not documents:
        return {}
    first = documents[0]
    if isinstance(first, Broken):
        raise ConfigError(f"kubeconfig '{shown}' is no YAML: line {first.line}", "kubectl config view would say so too")
    if first.value is None:
        return {}
    kind = first.value.get("kind", "Config") if isinstance(first.value, dict) else None
    if kind != "Config":
        raise ConfigError(f"'{shown}' is no kubeconfig", "A kubeconfig is of apiVersion v1, kind Config")
    tree: dict[str, Any] = first.value
    return tree


def _table(tree: dict[str, Any], plural: str, one: str, path: Path, shown: str) -> dict[str, Entry]:
    rows = tree.get(plural)
    if rows is None:
        return {}
    if not isinstance(rows, list):
        raise ConfigError(f"{shown}: {plural} is no list", "kubectl would refuse it too")
    table: dict[str, Entry] = {}
    folder = str(path.absolute().parent)
    for row in rows:
        name = row.get("name") if isinstance(row, dict) else None
        held = row.get(one) if isinstance(row, dict) else None
        if not isinstance(name, str) or not isinstance(held, dict | None):
            raise ConfigError(f"{shown}: an entry of {plural} has no name or no {one}", "kubectl would refuse it too")
        if name in table:
            raise ConfigError(f"{shown}: {plural} names '{name}' twice", "Keep one of them; kubectl refuses this too")
        table[name] = Entry(held or {}, shown, name, folder)
    return table
