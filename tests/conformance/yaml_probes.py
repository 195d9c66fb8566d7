"""What Kubernetes' own code answered to several hundred texts.

The answers are recorded, one JSON object a line: `input` (or `input_base64`), `json` or `error` of sigs.k8s.io/yaml's
`YAMLToJSON`, and `kubectl_documents`, where a text that begins with `ERR` ends the stream. They are no part of this
repository: point `YAML_PROBES` at the file, or put `kubernetes-yaml-probes.jsonl` into a folder `conformance` in or
beside the checkout.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import msgspec

_ROOT = Path(__file__).resolve().parents[2]
_FILE = "conformance/kubernetes-yaml-probes.jsonl"


class Probe(msgspec.Struct, frozen=True):
    """One text and its recorded answers."""

    id: str
    text: str
    """Bytes that are no UTF-8 are lone surrogates, as Seawall's sources decode them."""
    value: Any
    is_refused: bool
    documents: list[Any]
    """Up to the first that kubectl refuses, which is `...`."""


def location() -> Path | None:
    """The file of answers; None when this machine has none."""
    named = os.environ.get("YAML_PROBES")
    if named:
        return Path(named)
    found = [_ROOT / _FILE, _ROOT.parent / _FILE, *sorted(_ROOT.parent.glob(f"*/{_FILE}"))]
    return next((path for path in found if path.is_file()), None)


def probes() -> list[Probe]:
    """All of them."""
    path = location()
    assert path is not None
    return [_probe(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _probe(answer: dict[str, Any]) -> Probe:
    raw = base64.b64decode(answer["input_base64"]) if "input_base64" in answer else answer["input"].encode()
    documents: list[Any] = []
    for document in answer["kubectl_documents"]:
        refused = isinstance(document, str) and document.startswith("ERR ")
        documents.append(... if refused else document)
    text = raw.decode("utf-8", "surrogateescape")
    return Probe(answer["id"], text, answer.get("json"), "error" in answer, documents)
