"""Renders one chart with the binding `helm_python`; run as a script in a process of its own, never imported.

A template can abort the process that renders it, and a loaded chart must not be rendered twice: one chart, one run.
Reads JSON from standard input: `site` (the folder that holds the binding), `chart`, `values` (texts of values files),
`set_values`, `release`, `namespace`, `kube_version`. Writes `{"pieces": [[source, text], ...]}` or `{"error": ...}`.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid on `base` as Helm merges values: mappings by key, everything else replaced."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def missing(chart: Any) -> list[str]:
    """Dependencies that Chart.yaml names and `charts/` does not hold; the binding itself passes over them."""
    vendored = {dependency.get("name") for dependency in chart.dependencies}
    declared = [dependency.get("name") for dependency in chart.metadata.get("dependencies") or []]
    return [name for name in declared if name not in vendored]


def render(helm: Any, request: dict[str, Any]) -> list[tuple[str, str]]:
    """The chart's custom resource definitions and rendered templates, each with its path; `helm` is the binding."""
    values: dict[str, Any] = {}
    for text in request["values"]:
        values = merge(values, helm.values_from_yaml(text))
    for assignment in request["set_values"]:
        values = merge(values, helm.parse_set_string(assignment))
    with helm.Chart.load(request["chart"]) as chart:
        lacking = missing(chart)
        if lacking:
            raise ValueError(f"found in Chart.yaml, but missing in charts/ directory: {', '.join(lacking)}")
        crds = [(crd["filename"], crd["data"]) for crd in chart.crds]
        texts = templates(helm, chart, values, request)
    return crds + [(source, text) for source, text in sorted(texts.items()) if not is_aside(source)]


def templates(helm: Any, chart: Any, values: dict[str, Any], request: dict[str, Any]) -> dict[str, str]:
    """The rendered text of each template by its path."""
    options = {name: request[name] for name in ("namespace", "kube_version") if request[name]}
    options["name"] = request["release"]
    # `Chart.render` does not pass `kube_version` on; the library underneath takes it (seen in 0.2.2).
    answer = helm._native.call_string("helm_render", chart._raw(), json.dumps(values), json.dumps(options))  # noqa: SLF001
    texts: dict[str, str] = json.loads(answer)
    return texts


def is_aside(source: str) -> bool:
    """Whether Helm itself shows the file to nobody, or to people only."""
    name = source.rpartition("/")[2]
    return name == "NOTES.txt" or name.startswith("_")


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    sys.path.append(request["site"])
    helm: Any = importlib.import_module("helm_python")
    try:
        answer: dict[str, Any] = {"pieces": render(helm, request)}
    except (helm.HelmError, ValueError) as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
