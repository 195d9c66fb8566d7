"""`seawall reader-role`."""

from __future__ import annotations

import click

from seawall.cli.completion import selectors
from seawall.cli.options import cluster_of, cluster_options, strings, words
from seawall.errors import ExitCode

EXAMPLES = """
\b
Examples:
  seawall reader-role | kubectl apply -f -                  no network is needed
  seawall reader-role --binding sa:seawall/scanner          with a ClusterRoleBinding
  seawall reader-role --cluster --context prod              custom resources too
"""


@click.command("reader-role", epilog=EXAMPLES, context_settings={"show_default": True})
@click.option("--name", default="seawall-reader", metavar="NAME", help="What the role is called.")
@click.option("--binding", metavar="SUBJECT", help="Bind it to sa:NAMESPACE/NAME, user:NAME or group:NAME.")
@click.option(
    "--select",
    multiple=True,
    metavar="WORD",
    help="Only what these rules, families, frameworks look at.",
    shell_complete=selectors,
)
@cluster_options
def reader_role(**given: object) -> int:
    """Print the smallest ClusterRole that lets a scan read a cluster, without Secrets unless --secrets asks for them.

    It is made from a table of Kubernetes' own resources; with --cluster from what the cluster offers to list.
    """
    from seawall.app.reader_role import RoleWish
    from seawall.app.reader_role import reader_role as run
    from seawall.cli.output import write
    from seawall.reports.style import printable
    from seawall.sources.cluster.answers import UnansweredError

    wish = RoleWish(
        name=str(given["name"]),
        select=words(strings(given["select"])),
        binding=str(given["binding"] or ""),
        secrets=bool(given["secrets"]),
        cluster=cluster_of(given, ("context", "kubeconfig", "qps")),
    )
    try:
        lines = [line + "\n" for line in run(wish)]
    except UnansweredError as error:
        click.echo(f"seawall: the cluster was not read: {printable(error.why)}", err=True)
        if error.hint:
            click.echo(f"  {printable(error.hint)}", err=True)
        return ExitCode.NOTHING_READ
    write(lines)
    return ExitCode.OK
