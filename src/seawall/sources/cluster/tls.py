"""How a server proves who it is, and a client who asks: what Python's ssl is told."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

from seawall.errors import ConfigError
from seawall.sources.cluster.credentials import Credential
from seawall.sources.cluster.target import Tls


def tls_context(tls: Tls, credential: Credential) -> ssl.SSLContext:
    """The context of a connection.

    Raises:
        ConfigError: a certificate or a key cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None, cadata=tls.ca_data.decode("ascii") or None)
    except (OSError, ValueError) as error:
        name = tls.ca_file or "certificate-authority-data"
        raise ConfigError(f"{name} holds no certificate that can be used: {_said(error)}", "It must be PEM") from error
    # Python 3.13 asks more of a certificate than Go does; clusters' own authorities often lack it.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if tls.ca_file or tls.ca_data:
        # Whoever is named is trusted, as with Go: an intermediate authority too, or the server's own certificate.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if credential.cert_data or credential.cert_file:
        _show(context, credential)
    return context


def _show(context: ssl.SSLContext, credential: Credential) -> None:
    """Loads the client's certificate; ssl takes files only, so that data stands in one for a moment, for us alone."""
    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        cert = _file(folder, "cert.pem", credential.cert_data) or credential.cert_file
        key = _file(folder, "key.pem", credential.key_data) or credential.key_file
        try:
            # An encrypted key would otherwise be asked for at the terminal.
            context.load_cert_chain(cert, key, password=lambda: b"")
        except (OSError, ValueError) as error:
            name = "client-certificate-data or client-key-data" if credential.cert_data else f"{cert} or {key}"
            raise ConfigError(f"{name} cannot be used: {_said(error)}", "Both must be PEM, and of one pair") from error


def _file(folder: str, name: str, data: bytes) -> str:
    if not data:
        return ""
    path = Path(folder) / name
    path.touch(0o600)
    path.write_bytes(data)
    return str(path)


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "it is none"
    return error.strerror or "it cannot be read" if isinstance(error, OSError) else "it is none"
