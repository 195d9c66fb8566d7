"""`seawall schema`."""

from __future__ import annotations

import click


@click.command()
def schema() -> int:
    """Print the JSON Schema of `seawall scan -o json`."""
    import json

    from seawall.cli.output import write
    from seawall.reports.json import schema as published

    write([json.dumps(published(), indent=2) + "\n"])
    return 0
