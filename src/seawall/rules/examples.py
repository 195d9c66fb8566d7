"""Turns a rule's examples into whole manifests; used by tests and documentation only."""

from __future__ import annotations

import textwrap

from seawall.rules.spec import Example

_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: example
  namespace: shop
spec:
"""


def manifest(example: Example) -> str:
    """The example as documents that `kubectl apply` would read."""
    return expand(example.form, example.text)


def expand(form: str, text: str) -> str:
    """Puts the part of a manifest into the pod that it is a part of."""
    if form == "manifest":
        return text + "\n"
    if form == "pod":
        rest = "" if _has_containers(text) else "  containers:\n  - name: web\n    image: registry.example/web:1.0\n"
        return _POD + textwrap.indent(text, "  ") + "\n" + rest
    named = text if text.startswith("name:") or "\nname:" in text else f"name: web\n{text}"
    if not named.startswith("image:") and "\nimage:" not in named:
        named = f"{named}\nimage: registry.example/web:1.0"
    return _POD + "  containers:\n" + _item(named.strip("\n"))


def _has_containers(text: str) -> bool:
    return text.startswith("containers:") or "\ncontainers:" in text


def _item(text: str) -> str:
    return "  - " + textwrap.indent(text, "    ")[4:] + "\n"
