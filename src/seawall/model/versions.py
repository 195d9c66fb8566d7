"""Kubernetes versions, as `--kube-version` takes them."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from seawall.errors import UsageError

_FORM = re.compile(r"v?1\.(\d{1,3})(?:\.\d+)?(?:[-+].*)?\Z")


class KubeVersion(msgspec.Struct, frozen=True, order=True, gc=False):
    """A minor version of Kubernetes 1; patch releases change no rule."""

    minor: int

    def __str__(self) -> str:
        return f"1.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> KubeVersion:
        """Reads `1.34`, `v1.34` or `1.34.2-gke.1`.

        Raises:
            UsageError: it is none of these.
        """
        match = _FORM.match(text.strip())
        if match is None:
            raise UsageError(f"'{text}' is no Kubernetes version", "Write it as 1.34 or v1.34.2")
        return cls(int(match[1]))


NEWEST: Final = KubeVersion(37)
"""The newest minor version whose API and standards Seawall knows (k8s.io/api v0.37, Pod Security v1.37)."""
