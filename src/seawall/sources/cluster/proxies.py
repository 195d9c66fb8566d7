"""Which proxy leads to a server, by the environment as Go's programs read it.

Source: golang.org/x/net/http/httpproxy; ALL_PROXY and .netrc mean nothing to kubectl, so they mean nothing here.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from seawall.errors import ConfigError

_DEFAULT_PORTS = {"https": 443, "http": 80}
_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(server: str, configured: str, environ: Mapping[str, str]) -> str:
    """The proxy's address; empty for none. What the kubeconfig names (`configured`) holds for every host.

    Raises:
        ConfigError: it is no address of a proxy.
    """
    if configured:
        return _checked(configured, "proxy-url of the kubeconfig")
    parts = urlsplit(server)
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    name = f"{parts.scheme.upper()}_PROXY"
    found = environ.get(name) or environ.get(name.lower()) or ""
    if not found or _is_direct(host, port, environ.get("NO_PROXY") or environ.get("no_proxy") or ""):
        return ""
    return _checked(found if "://" in found else f"http://{found}", name)


def _checked(address: str, where: str) -> str:
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in _SCHEMES and parts.hostname:
            return address
    raise ConfigError(f"{where} is no address of a proxy", f"Write one with {', '.join(_SCHEMES[:3])} in front")


def _is_direct(host: str, port: int, exceptions: str) -> bool:
    """Whether a host is to be asked without a proxy; this machine always is."""
    address = None
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_covers(word.strip().lower(), host.lower(), port, address) for word in exceptions.split(","))


def _covers(word: str, host: str, port: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    if not word:
        return False
    if word == "*":
        return True
    if address is not None:
        with contextlib.suppress(ValueError):
            return address in ipaddress.ip_network(word, strict=False)
    name, _, number = word.rpartition(":")
    if name and number.isdecimal():
        if int(number) != port:
            return False
        word = name.strip("[]")
    if address is not None:
        return word == host
    word = word.removeprefix("*")
    return host.endswith(word) if word.startswith(".") else host == word or host.endswith(f".{word}")
