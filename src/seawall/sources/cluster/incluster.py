"""The cluster that this program runs in, as the account of its pod.

Source: kubernetes.io "Accessing the Kubernetes API from a Pod".
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seawall.sources.cluster.target import Target, Tls, User

FOLDER: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def in_cluster(environ: Mapping[str, str], folder: Path | None = None) -> Target | None:
    """None where this is no pod, or one without an account's token; `folder` is where such a pod finds its own."""
    folder = folder or FOLDER
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT")
    token = folder / "token"
    if not (host and port and os.path.lexists(token)):
        return None
    authority, namespace = folder / "ca.crt", ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        namespace = (folder / "namespace").read_text("utf-8").strip()
    return Target(
        server=f"https://{f'[{host}]' if ':' in host else host}:{port}",
        tls=Tls(ca_file=str(authority) if os.path.lexists(authority) else ""),
        user=User(token_file=str(token)),
        context="in-cluster",
        namespace=namespace,
    )
