"""One entry of a kubeconfig, a cluster or a user, and what its fields come to.

Source: k8s.io/client-go v0.37, `tools/clientcmd/api/v1/types.go`, `tools/clientcmd/validation.go`, `rest/url_utils.go`.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from seawall.errors import ConfigError
from seawall.sources.cluster.target import Exec, Tls, User

_EXTENSION: Final = "client.authentication.k8s.io/exec"
_GROUP: Final = "client.authentication.k8s.io/"
_VERSIONS: Final = (_GROUP + "v1", _GROUP + "v1beta1")
_MODES: Final = ("Never", "IfAvailable", "Always")


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A named mapping of a file."""

    tree: dict[str, Any]
    file: str
    name: str
    folder: str = ""
    """The folder that the file's relative paths start from."""

    def __repr__(self) -> str:
        return f"Entry({self.name!r})"

    def text(self, key: str) -> str:
        """A text; empty where it is absent.

        Raises:
            ConfigError: it is none.
        """
        value = self.tree.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "no text")
        return value

    def flag(self, key: str) -> bool:
        """A boolean; False where it is absent."""
        value = self.tree.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, "neither true nor false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is absent."""
        value = self.tree.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "no list of texts")
        return tuple(value)

    def path(self, key: str) -> str:
        """A path, a relative one from the folder of its file."""
        text = self.text(key)
        return str(Path(self.folder) / text) if text else ""

    def data(self, key: str) -> bytes:
        """Bytes that are written in base64."""
        try:
            return base64.b64decode("".join(self.text(key).split()), validate=True)
        except (ValueError, binascii.Error) as error:
            raise self.wrong(key, "no base64") from error

    def wrong(self, key: str, what: str) -> ConfigError:
        """The error that a field is something else than it must be; it quotes no value."""
        return ConfigError(f"{self.file}: {key} of '{self.name}' is {what}", "kubectl would refuse it too")


def tls_of(cluster: Entry) -> Tls:
    """How the server is checked.

    Raises:
        ConfigError: an authority is named, and checking is switched off.
    """
    ca_data = cluster.data("certificate-authority-data")
    ca_file = "" if ca_data else cluster.path("certificate-authority")
    insecure = cluster.flag("insecure-skip-tls-verify")
    if insecure and (ca_data or ca_file):
        message = f"{cluster.file}: cluster '{cluster.name}' names an authority and skips checking it"
        raise ConfigError(message, "Take out insecure-skip-tls-verify")
    return Tls(ca_file, ca_data, cluster.text("tls-server-name"), insecure)


def server_of(cluster: Entry) -> str:
    """The server's address; without a scheme it is HTTPS where something is said about certificates, as kubectl has it.

    Raises:
        ConfigError: there is none, or it is no address.
    """
    server = cluster.text("server")
    if not server:
        raise ConfigError(f"{cluster.file}: cluster '{cluster.name}' has no server", "Set its `server`")
    if "://" not in server:
        tls = tls_of(cluster)
        server = ("https://" if tls.ca_data or tls.ca_file or tls.insecure else "http://") + server
    try:
        parts = urlsplit(server)
        _ = parts.port
    except ValueError:
        raise cluster.wrong("server", "no address") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise cluster.wrong("server", "no address of an API server, such as https://host:6443")
    return server.rstrip("/")


def user_of(user: Entry, cluster: Entry) -> User:
    """Who asks.

    Raises:
        ConfigError: two ways to authenticate exclude each other, or one is not supported.
    """
    if user.tree.get("auth-provider") is not None:
        message = f"{user.file}: user '{user.name}' has an auth-provider, which kubectl no longer knows (since 1.26)"
        raise ConfigError(message, "Let the tool of your cloud write the user anew: it puts an exec plugin there")
    cert_data, key_data = user.data("client-certificate-data"), user.data("client-key-data")
    found = User(
        token=user.text("token"),
        token_file=user.path("tokenFile"),
        username=user.text("username"),
        password=user.text("password"),
        cert_data=cert_data,
        cert_file="" if cert_data else user.path("client-certificate"),
        key_data=key_data,
        key_file="" if key_data else user.path("client-key"),
        plugin=_exec_of(user, cluster),
        impersonate=_impersonation(user),
    )
    if (found.token or found.token_file) and (found.username or found.password):
        message = f"{user.file}: user '{user.name}' has a token and a password: only one is allowed"
        raise ConfigError(message, "Take one out; kubectl refuses this too")
    if bool(found.cert_data or found.cert_file) != bool(found.key_data or found.key_file):
        message = f"{user.file}: user '{user.name}' has one of client-certificate and client-key, not both"
        raise ConfigError(message, "Name both")
    return found


def _impersonation(user: Entry) -> tuple[tuple[str, str], ...]:
    """The headers that the server's impersonation takes."""
    name, uid, groups = user.text("as"), user.text("as-uid"), user.texts("as-groups")
    extra = user.tree.get("as-user-extra") or {}
    if not isinstance(extra, dict):
        raise user.wrong("as-user-extra", "no mapping")
    if not name:
        if uid or groups or extra:
            raise ConfigError(f"{user.file}: user '{user.name}' has as-groups without `as`", "Name the user as well")
        return ()
    headers = [("Impersonate-User", name), *(("Impersonate-Group", group) for group in groups)]
    headers += [("Impersonate-Uid", uid)] if uid else []
    for key in extra:
        values = Entry(extra, user.file, user.name).texts(key)
        headers += [(f"Impersonate-Extra-{quote(str(key).lower(), safe='')}", value) for value in values]
    return tuple(headers)


def _exec_of(user: Entry, cluster: Entry) -> Exec | None:
    held = user.tree.get("exec")
    if held is None:
        return None
    if not isinstance(held, dict):
        raise user.wrong("exec", "no mapping")
    plugin = Entry(held, user.file, user.name, user.folder)
    command, version = plugin.text("command"), plugin.text("apiVersion")
    if not command:
        raise user.wrong("exec", "without a command")
    if version not in _VERSIONS:
        message = f"{user.file}: exec of user '{user.name}' is of {version or 'no apiVersion'}"
        raise ConfigError(message, f"Seawall and kubectl know {' and '.join(_VERSIONS)}: update the plugin")
    mode = plugin.text("interactiveMode") or ("" if version == _VERSIONS[0] else "IfAvailable")
    if mode not in _MODES:
        raise ConfigError(
            f"{user.file}: interactiveMode of the exec of user '{user.name}' must be one of {', '.join(_MODES)}",
            "v1 of the API wants it to be said",
        )
    return Exec(
        command=plugin.path("command") if "/" in command else command,
        args=plugin.texts("args"),
        env=_env(plugin),
        api_version=version,
        interactive=mode,
        install_hint=plugin.text("installHint"),
        cluster_info=_cluster_info(cluster) if plugin.flag("provideClusterInfo") else None,
    )


def _env(plugin: Entry) -> tuple[tuple[str, str], ...]:
    rows = plugin.tree.get("env") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise plugin.wrong("env", "no list of names and values")
    entries = [Entry(row, plugin.file, plugin.name) for row in rows]
    return tuple((entry.text("name"), entry.text("value")) for entry in entries)


def _cluster_info(cluster: Entry) -> dict[str, Any]:
    """What a plugin is told of the cluster: the authority always as data."""
    tls = tls_of(cluster)
    authority = tls.ca_data or (_bytes(tls.ca_file, cluster) if tls.ca_file else b"")
    said = {
        "server": server_of(cluster),
        "tls-server-name": tls.server_name,
        "insecure-skip-tls-verify": tls.insecure,
        "certificate-authority-data": base64.b64encode(authority).decode(),
        "proxy-url": cluster.text("proxy-url"),
    }
    extensions = cluster.tree.get("extensions")
    named = [each for each in extensions or [] if isinstance(each, dict) and each.get("name") == _EXTENSION]
    return {key: value for key, value in said.items() if value} | ({"config": named[0]["extension"]} if named else {})


def _bytes(file: str, cluster: Entry) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        message = f"{cluster.file}: certificate-authority of '{cluster.name}' cannot be read: {error.strerror}"
        raise ConfigError(message, "Check the path; a relative one starts from the kubeconfig's folder") from error
