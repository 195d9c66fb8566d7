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

from seawall.yamltext import Broken, Limits, exact, read
from seawall.yamltext.parts import Refusal

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


UTF16 = {"y230": "little endian", "y231": "big endian"}
"""Seawall's sources take UTF-8 alone; kubectl, too, reads only the second of these, by accident of where bytes fall."""


def same(first: Any, second: Any) -> bool:
    """Whether two trees are the same JSON; `1` and `true` are not."""
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def agrees_with_yaml_to_json(probe: Probe) -> bool:
    """Whether the first document reads as `YAMLToJSON` reads it, or is refused as it refuses it."""
    try:
        value = exact.read(probe.text.removeprefix("\ufeff"), Limits()).value
    except Refusal:
        return probe.is_refused
    return not probe.is_refused and same(value, probe.value)


def agrees_with_kubectl(probe: Probe) -> bool:
    """Whether the stream's documents are kubectl's, up to the first that it refuses; Seawall goes on behind that.

    What kubectl drops without a word, Seawall tells beside the documents.
    """
    told = [each for each in read(probe.text) if not (isinstance(each, Broken) and each.kind == "dropped")]
    found = [... if isinstance(each, Broken) else each.value for each in told]
    if ... in probe.documents:
        found = found[: len(probe.documents)]
    if len(found) != len(probe.documents):
        return False
    pairs = zip(found, probe.documents, strict=True)
    return all(mine is theirs if ... in (mine, theirs) else same(mine, theirs) for mine, theirs in pairs)


def compare() -> tuple[int, int, list[str]]:
    """(agreed, run, misses) for both questions of every probe; those in UTF-16 are not asked."""
    asked = [probe for probe in probes() if probe.id not in UTF16]
    misses = [probe.id for probe in asked if not (agrees_with_yaml_to_json(probe) and agrees_with_kubectl(probe))]
    return len(asked) - len(misses), len(asked), [f"YAML probe {name}" for name in misses]


def _probe(answer: dict[str, Any]) -> Probe:
    raw = base64.b64decode(answer["input_base64"]) if "input_base64" in answer else answer["input"].encode()
    documents: list[Any] = []
    for document in answer["kubectl_documents"]:
        refused = isinstance(document, str) and document.startswith("ERR ")
        documents.append(... if refused else document)
    text = raw.decode("utf-8", "surrogateescape")
    return Probe(answer["id"], text, answer.get("json"), "error" in answer, documents)
