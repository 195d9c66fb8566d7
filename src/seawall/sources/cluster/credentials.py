"""Who asks: tokens and their files, and programs that give credentials, run only for the context that was asked for.

Source: kubernetes.io "Authenticating", "client-go credential plugins"; KEP-541.
"""

from __future__ import annotations

import base64
import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from seawall.sources.cluster.answers import UnansweredError
from seawall.sources.cluster.target import Exec, User

_PATIENCE: Final = {True: 600.0, False: 60.0}
"""Seconds that a plugin may take, by whether a person may have to answer it."""


class Credential(msgspec.Struct, frozen=True):
    """What a request shows. Its `repr` shows nothing."""

    authorization: str = ""
    """The header's value; empty: none."""
    cert_file: str = ""
    key_file: str = ""
    cert_data: bytes = b""
    key_data: bytes = b""
    expires: datetime.datetime | None = None
    renewable: bool = False
    """Whether asking again may give another one."""

    def __repr__(self) -> str:
        return "Credential(...)"

    @property
    def is_stale(self) -> bool:
        """Whether it has expired, or will in some seconds."""
        if self.expires is None:
            return False
        return self.expires - datetime.datetime.now(datetime.UTC) < datetime.timedelta(seconds=10)


def credential_of(user: User) -> Credential:
    """What a user shows now; a plugin is run only where nothing else is said.

    Raises:
        UnansweredError: a file cannot be read, or the plugin fails; it never means "go without".
    """
    token = _token(user)
    certificate = (user.cert_file, user.key_file, user.cert_data, user.key_data)
    if token:
        return Credential(f"Bearer {token}", *certificate, renewable=bool(user.token_file))
    if user.username or user.password:
        pair = base64.b64encode(f"{user.username}:{user.password}".encode()).decode()
        return Credential(f"Basic {pair}", *certificate)
    if user.plugin is not None:
        return _run(user.plugin)
    return Credential("", *certificate)


def _token(user: User) -> str:
    if not user.token_file:
        return user.token
    try:
        held = Path(user.token_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        if user.token:
            return user.token
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise UnansweredError(f"the token's file {user.token_file} cannot be read: {why}") from error
    if not held and not user.token:
        raise UnansweredError(f"the token's file {user.token_file} is empty")
    return held or user.token


class _Status(msgspec.Struct):
    token: str = ""
    client_certificate_data: str = msgspec.field(name="clientCertificateData", default="")
    client_key_data: str = msgspec.field(name="clientKeyData", default="")
    expiration: datetime.datetime | None = msgspec.field(name="expirationTimestamp", default=None)


class _Answer(msgspec.Struct):
    kind: str
    api_version: str = msgspec.field(name="apiVersion")
    status: _Status | None = None


def _run(plugin: Exec) -> Credential:
    interactive = _is_interactive(plugin)
    program = shutil.which(plugin.command)
    if program is None:
        raise UnansweredError(f"the exec plugin {plugin.command} is not there", hint=plugin.install_hint.strip())
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.cluster_info is not None:
        spec["cluster"] = plugin.cluster_info
    asked = {"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": spec}
    env = {**os.environ, **dict(plugin.env), "KUBERNETES_EXEC_INFO": msgspec.json.encode(asked).decode()}
    try:
        done = subprocess.run(  # noqa: S603  # the user's kubeconfig names it, as for kubectl
            [program, *plugin.args],
            env=env,
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if interactive else subprocess.PIPE,
            timeout=_PATIENCE[interactive],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(f"the exec plugin {plugin.command} did not end in {error.timeout:.0f} s") from None
    except OSError as error:
        raise UnansweredError(f"the exec plugin {plugin.command} cannot be run: {error.strerror}") from error
    if done.returncode:
        # What it says may hold a credential, and reports are shared: whoever may see it can run it.
        hint = plugin.install_hint.strip() or f"Run {plugin.command} by itself to see what it says"
        raise UnansweredError(f"the exec plugin {plugin.command} failed with {done.returncode}", hint=hint)
    return _credential(done.stdout, plugin)


def _is_interactive(plugin: Exec) -> bool:
    terminal = sys.stdin is not None and sys.stdin.isatty()
    if plugin.interactive == "Always" and not terminal:
        why = f"the exec plugin {plugin.command} wants a terminal (interactiveMode: Always), and there is none"
        raise UnansweredError(why, hint="Log in where there is one, or take another user for pipelines")
    return terminal and plugin.interactive != "Never"


def _credential(output: bytes, plugin: Exec) -> Credential:
    """What a plugin answers; a mismatch is an error. Messages quote nothing of it."""
    who = f"the exec plugin {plugin.command}"
    try:
        answer = msgspec.json.decode(output, type=_Answer)
    except msgspec.MsgspecError:
        raise UnansweredError(f"{who} did not answer with an ExecCredential") from None
    if answer.kind != "ExecCredential" or answer.api_version != plugin.api_version:
        why = f"{who} answered in another form than {plugin.api_version}"
        raise UnansweredError(why, hint="Let its apiVersion in the kubeconfig be that which the plugin answers in")
    status = answer.status
    if status is None or not (status.token or status.client_certificate_data):
        raise UnansweredError(f"{who} gave neither a token nor a certificate")
    if bool(status.client_certificate_data) != bool(status.client_key_data):
        raise UnansweredError(f"{who} gave one of certificate and key, not both")
    expires = status.expiration
    if expires is not None and expires.tzinfo is None:
        raise UnansweredError(f"{who} gave a time of expiry without a time zone")
    return Credential(
        authorization=f"Bearer {status.token}" if status.token else "",
        cert_data=status.client_certificate_data.encode(),
        key_data=status.client_key_data.encode(),
        expires=expires,
        renewable=True,
    )
