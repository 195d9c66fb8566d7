"""Which API server is asked, and as whom: what a kubeconfig's context, or a pod's own files, come to."""

from __future__ import annotations

from typing import Any

import msgspec


class Tls(msgspec.Struct, frozen=True):
    """How the server proves who it is."""

    ca_file: str = ""
    ca_data: bytes = b""
    """PEM; outweighs the file. Neither: the system's authorities."""
    server_name: str = ""
    """The name that its certificate must hold; empty: the address's."""
    insecure: bool = False
    """Whether anybody is believed (`insecure-skip-tls-verify`)."""


class Exec(msgspec.Struct, frozen=True):
    """A program that gives credentials (client.authentication.k8s.io)."""

    command: str
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    api_version: str
    interactive: str
    """`Never`, `IfAvailable` or `Always`."""
    install_hint: str
    cluster_info: dict[str, Any] | None
    """What it is told of the cluster (`provideClusterInfo`); None: nothing."""

    def __repr__(self) -> str:
        return f"Exec({self.command!r})"


class User(msgspec.Struct, frozen=True):
    """Who asks. It holds credentials, so that its `repr` shows nothing."""

    token: str = ""
    token_file: str = ""
    """Outweighs the token where it can be read, and is read again when the server no longer takes what it held."""
    username: str = ""
    password: str = ""
    cert_file: str = ""
    cert_data: bytes = b""
    key_file: str = ""
    key_data: bytes = b""
    plugin: Exec | None = None
    impersonate: tuple[tuple[str, str], ...] = ()
    """Headers that ask the server to act as somebody else."""

    def __repr__(self) -> str:
        return "User(...)"


class Target(msgspec.Struct, frozen=True):
    """One API server, and who asks it."""

    server: str
    """`https://host:port/prefix`, without a slash at its end."""
    tls: Tls
    user: User
    context: str
    """The context's name, or `in-cluster`."""
    namespace: str = ""
    """The context's; empty where it names none."""
    proxy: str = ""
    """The address of a proxy; empty: the environment's, if any."""
