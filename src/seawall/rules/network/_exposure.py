"""What rules of this family read first."""

from __future__ import annotations

from seawall.inventory import Tree


def spec_of(tree: Tree) -> Tree:
    """`spec`, empty where it is absent or undecidable."""
    spec = tree.get("spec")
    return spec if isinstance(spec, dict) else {}
