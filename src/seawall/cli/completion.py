"""What a shell is offered for words that are known only to the catalogue: rules, families, frameworks, formats."""

from __future__ import annotations

import click


def rule_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The ids of rules."""
    from seawall.rules.catalog import catalog

    return [rule.id for rule in catalog() if rule.id.startswith(incomplete)]


def explained(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What `explain` teaches: rules and concepts."""
    from seawall.data.concepts import concepts

    return [*rule_ids(ctx, param, incomplete), *(name for name in concepts() if name.startswith(incomplete))]


def selectors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What `--select` takes, also behind a comma; controls only once their framework and colon are there."""
    from seawall.rules.catalog import catalog
    from seawall.rules.controls import known_selectors

    before, comma, word = incomplete.rpartition(",")
    known = (each for each in known_selectors(catalog()) if each.startswith(word))
    return [f"{before}{comma}{each}" for each in known if ":" in word or ":" not in each]


def framework_names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What `--compliance` takes."""
    from seawall.data.frameworks import frameworks

    known = frameworks().frameworks
    names = {*known, *(framework.name for framework in known.values())}
    return sorted(name for name in names if name.startswith(incomplete))


def pss_formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What `pss -o` takes."""
    return [name for name in ("terminal", "json") if name.startswith(incomplete)]


def formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What `scan -o` takes."""
    from seawall.reports.formats import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]
