"""Writes what the documentation derives from the code; with `--check` it says what is not fresh and exits 1."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from seawall.cli.reference import page as command_page
from seawall.data.concepts import cluster_layers
from seawall.reports.concept import index as concept_index
from seawall.reports.concept import page as concept_page
from seawall.reports.json import schema
from seawall.reports.rule_page import index, page
from seawall.rules.catalog import catalog

DOCS = Path(__file__).resolve().parent.parent / "docs"


def wanted() -> dict[Path, str]:
    """Every generated file and its text."""
    rules = catalog()
    files = {DOCS / "rules" / f"{rule.id}.md": page(rule) for rule in rules}
    files[DOCS / "rules" / "README.md"] = index(rules)
    layers = cluster_layers()
    files |= {DOCS / "concepts" / f"{layer.id}.md": concept_page(layer) for layer in layers}
    files[DOCS / "concepts" / "README.md"] = concept_index(layers)
    files[DOCS / "commands.md"] = command_page()
    files[DOCS / "schema" / "report.json"] = json.dumps(schema(), indent=2) + "\n"
    return files


def stale(files: dict[Path, str]) -> list[Path]:
    """Files that are missing, differ, or belong to nothing any more."""
    folders = (("rules", "*.md"), ("concepts", "*.md"), ("schema", "*.json"))
    present = {path for folder, pattern in folders for path in (DOCS / folder).glob(pattern)}
    wrong = {path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text}
    return sorted(wrong | (present - files.keys()))


def main(arguments: list[str]) -> int:
    """Writes or checks."""
    files = wanted()
    paths = stale(files)
    if "--check" in arguments:
        for path in paths:
            print(f"not fresh: {path.relative_to(DOCS.parent)} (make docs)")
        return 1 if paths else 0
    for path in paths:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], "utf-8")
        else:
            path.unlink()
    print(f"{len(paths)} of {len(files)} files rewritten")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
