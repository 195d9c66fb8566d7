"""GET requests to one API server: paced, bounded in time and size, tried again where that may help.

Nothing but GET exists here, no redirect is followed, and the environment's `.netrc` is not read.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import msgspec

from seawall import __version__
from seawall.errors import UsageError
from seawall.sources.cluster.answers import UNAUTHORIZED, UnansweredError, refusal
from seawall.sources.cluster.credentials import Credential, credential_of
from seawall.sources.cluster.proxies import proxy_for
from seawall.sources.cluster.target import Target
from seawall.sources.cluster.tls import tls_context

if TYPE_CHECKING:
    import httpx

JSON: Final = "application/json"
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_LONGEST_PAUSE: Final = 30.0


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How a server is treated."""

    qps: float = 50.0
    """Requests a second; twice as many may go at once."""
    tries: int = 6
    """How often one question is asked before it counts as unanswered."""
    pause: float = 0.5
    """Seconds before the second try; each further pause is twice as long."""
    timeout: float = 30.0
    """Seconds without a byte."""
    connect: float = 10.0
    """Seconds until somebody answers at all."""
    whole: float = 180.0
    """Seconds for one answer as a whole."""
    largest: int = 256 << 20
    """Bytes of one answer, unpacked."""
    workers: int = 8
    """Questions at once."""


class _Bucket:
    """Lets `rate` pass a second, and twice as many at once."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(1.0, 2 * rate)
        self._free = self._burst
        self._last = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """The seconds to wait before the request that it lets pass."""
        with self._lock:
            now = time.monotonic()
            self._free = min(self._burst, self._free + (now - self._last) * self._rate) - 1
            self._last = now
            return max(0.0, -self._free / self._rate)


class _Door(msgspec.Struct, frozen=True):
    """A client and the credential that it shows."""

    client: httpx.Client
    credential: Credential


class Transport:
    """Asks one server; any number of threads may share it."""

    def __init__(self, target: Target, pace: Pace, environ: Mapping[str, str]) -> None:
        """Runs the credential plugin, if there is one; connects to nobody yet.

        Raises:
            UsageError: httpx is not installed, or a certificate cannot be used.
            UnansweredError: there are no credentials.
        """
        try:
            import httpx
        except ImportError as error:
            message = "--cluster needs httpx, which is not installed"
            raise UsageError(message, "pip install 'seawall[cluster]'") from error
        self._httpx = httpx
        self._target = target
        self._pace = pace
        self._proxy = proxy_for(target.server, target.proxy, environ)
        self._way = target.server + (f" by way of the proxy {_bare(self._proxy)}" if self._proxy else "")
        self._bucket = _Bucket(pace.qps)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._doors = [self._open()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for door in self._doors:
            door.client.close()

    def stop(self) -> None:
        """Lets no further request out, so that whoever waits for a turn or for another try gives up at once."""
        self._stopped.set()

    def get(self, path: str, params: Mapping[str, str] | None = None, accept: str = JSON) -> bytes:
        """The body of a 200.

        Raises:
            UnansweredError: after as many tries as may help.
        """
        pause, last = self._pace.pause, None
        for attempt in range(self._pace.tries):
            if last is not None:
                self._wait(min(max(pause * (0.5 + random.random() / 2), last.after), _LONGEST_PAUSE))  # noqa: S311
                pause *= 2
            try:
                return self._once(path, params or {}, accept)
            except _Again as again:
                last = again
                if attempt + 1 >= again.tries:
                    break
        assert last is not None
        raise UnansweredError(last.why, last.status, last.hint) from last

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise UnansweredError("it was stopped")

    def _once(self, path: str, params: Mapping[str, str], accept: str) -> bytes:
        door = self._doors[-1]
        if door.credential.is_stale:
            door = self._renewed(door)
        status, headers, body = self._ask(door, path, params, accept)
        if status == UNAUTHORIZED and door.credential.renewable:
            status, headers, body = self._ask(self._renewed(door), path, params, accept)
        if status == 200:
            return body
        error = refusal(status, urlsplit(headers.get("location", "")).hostname or "")
        if status in _AGAIN:
            after = headers.get("retry-after", "")
            raise _Again(error.why, status=status, after=float(after) if after.isdecimal() else 0.0)
        error.body = body
        raise error

    def _ask(
        self, door: _Door, path: str, params: Mapping[str, str], accept: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of one request."""
        self._wait(self._bucket.take())
        httpx = self._httpx
        tls = self._target.tls
        extensions = {"sni_hostname": tls.server_name} if tls.server_name else {}
        deadline = time.monotonic() + self._pace.whole
        try:
            with door.client.stream(
                "GET", path, params=dict(params), headers={"Accept": accept}, extensions=extensions
            ) as answer:
                return answer.status_code, answer.headers, self._body(answer, deadline)
        except httpx.ConnectTimeout as error:
            raise _unreached(self._way, f"nobody answered in {self._pace.connect:.0f} s", tries=2) from error
        except httpx.TimeoutException as error:
            raise _Again(f"the server did not answer in {self._pace.timeout:.0f} s", tries=3) from error
        except httpx.TransportError as error:
            raise _broken(error, self._way, isinstance(error, httpx.ConnectError | httpx.ProxyError)) from error
        except httpx.DecodingError as error:
            raise _Again("the server's answer cannot be unpacked") from error

    def _body(self, answer: httpx.Response, deadline: float) -> bytes:
        chunks, size = [], 0
        for chunk in answer.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._pace.largest:
                raise UnansweredError(f"the server's answer is larger than {self._pace.largest >> 20} MB")
            if time.monotonic() > deadline:
                raise _Again(f"the server's answer took longer than {self._pace.whole:.0f} s", tries=2)
        return b"".join(chunks)

    def _renewed(self, stale: _Door) -> _Door:
        """Another door, made once for all threads that found the same one shut."""
        with self._lock:
            if self._doors[-1] is stale:
                self._doors.append(self._open())
            return self._doors[-1]

    def _open(self) -> _Door:
        target = self._target
        credential = credential_of(target.user)
        headers = [("User-Agent", f"seawall/{__version__}"), *target.user.impersonate]
        if credential.authorization:
            headers.append(("Authorization", credential.authorization))
        if self._proxy and target.tls.server_name:
            raise UsageError("tls-server-name cannot be checked through a proxy", "Take out one of them")
        try:
            client = self._httpx.Client(
                base_url=target.server,
                headers=[(name.encode(), value.encode()) for name, value in headers],
                verify=tls_context(target.tls, credential) if target.server.startswith("https:") else True,
                proxy=self._proxy or None,
                timeout=self._httpx.Timeout(self._pace.timeout, connect=self._pace.connect),
                limits=self._httpx.Limits(max_connections=self._pace.workers),
                trust_env=False,
            )
        except ImportError as error:
            raise UsageError("a SOCKS proxy needs socksio", "pip install 'httpx[socks]'") from error
        return _Door(client, credential)


class _Again(Exception):  # noqa: N818  # a signal, not an error
    """An answer that another try may mend."""

    def __init__(self, why: str, *, status: int = 0, after: float = 0.0, tries: int = 1000) -> None:
        super().__init__(why)
        self.why = why
        self.status = status
        self.after = after
        """Seconds that the server asked to wait."""
        self.tries = tries
        """How many are worth it; the pace may allow fewer."""
        self.hint = ""


def _broken(error: BaseException, server: str, unreachable: bool) -> Exception:
    """What a connection that failed comes to; one whose certificate is refused is not tried again."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            said = getattr(cause, "verify_message", "") or cause.reason or "handshake failed"
            hint = "Check certificate-authority and the server's address in the kubeconfig"
            return UnansweredError(f"the TLS connection to {server} failed: {said}", hint=hint)
        cause = cause.__cause__ or cause.__context__
    if unreachable:
        return _unreached(server, str(error), tries=3)
    return _Again(f"the connection broke: {str(error) or type(error).__name__}")


def _bare(address: str) -> str:
    """A proxy's address without the password that it may hold."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _unreached(server: str, why: str, *, tries: int) -> _Again:
    again = _Again(f"{server} cannot be reached: {why}", tries=tries)
    again.hint = "Check the address, the network and the proxy; `kubectl version` would need the same"
    return again
