"""Options that several commands share, and how their words become values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from seawall.model.versions import NEWEST, KubeVersion

if TYPE_CHECKING:
    from seawall.app.load import Input
    from seawall.sources.cluster.wanted import Wanted

    _ParamType = click.ParamType[KubeVersion]
else:
    # Generic only since Click 8.4.
    _ParamType = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])


class KubeVersionType(_ParamType):
    """`1.34`."""

    name = "VERSION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> KubeVersion:
        """Reads a version, or says what one looks like."""
        if isinstance(value, KubeVersion):
            return value
        from seawall.errors import UsageError

        try:
            return KubeVersion.parse(value)
        except UsageError as error:
            self.fail(f"{error.message}. {error.hint}", param, ctx)


KUBE_VERSION = KubeVersionType()
paths_argument = click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(allow_dash=True))
"""A path is not checked here but only completed in a shell: what cannot be read is a Problem of the report."""


def choice(allowed: Iterable[str]) -> click.Choice[str]:
    """One of some words, in any case of letters."""
    return click.Choice(list(allowed), case_sensitive=False)


def _patterns(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Separated by commas, as the words of `--select` are; a comma within a set `[,;]` is the set's."""
    return tuple(part for text in value for part in re.split(r",(?![^\[\]]*\])", text) if part.strip())


def input_options(command: F) -> F:
    """What to read and how charts are rendered: shared by every command that reads manifests."""
    for decorate in reversed(_INPUT):
        command = decorate(command)
    return command


_CLUSTER = (
    click.option("--cluster", is_flag=True, help="Read a running cluster; with a PATH, as if that were applied to it."),
    click.option("--context", metavar="NAME", help="Cluster: the kubeconfig's context  [default: the current one]."),
    click.option(
        "--kubeconfig",
        type=click.Path(),
        metavar="FILE",
        help="Cluster: this file  [default: those of KUBECONFIG, else ~/.kube/config, else the pod's own account].",
    ),
    click.option(
        "--secrets",
        type=choice(["metadata"]),
        help="Cluster: read the names and labels of Secrets, never their values  [default: nothing of them].",
    ),
    click.option("--qps", type=click.FloatRange(min=0, min_open=True), default=50, help="Cluster: requests a second."),
)

_INPUT = (
    *_CLUSTER,
    click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        callback=_patterns,
        help="Leave out, as a .gitignore line would; the settings' list is replaced.",
    ),
    click.option("--estate", is_flag=True, help="The input is the whole cluster: judge what is missing too."),
    click.option(
        "--kube-version", type=KUBE_VERSION, default=str(NEWEST), help=f"Judge for this version, 1.0 to {NEWEST}."
    ),
    click.option(
        "--values",
        multiple=True,
        type=click.Path(),
        metavar="FILE",
        help="Charts: render them with this values file; repeatable.",
    ),
    click.option(
        "--set",
        "set_values",
        multiple=True,
        metavar="KEY=VALUE",
        help="Charts: render them with this value; repeatable.",
    ),
    click.option("--release", metavar="NAME", help="Charts: render them as this release."),
    click.option("--namespace", metavar="NAME", help="Charts: render them for this namespace; filters nothing."),
)


def cluster_options(command: F) -> F:
    """Which cluster: for commands that read nothing else."""
    for decorate in reversed(_CLUSTER):
        command = decorate(command)
    return command


_FILES = click.option(
    "-f",
    "--file",
    "paths",
    multiple=True,
    metavar="PATH",
    type=click.Path(allow_dash=True),
    help="Read this file, folder or chart, `-` for standard input; repeatable  [default: the current folder].",
)
_RELEASED_TO = click.option("--release-namespace", "namespace", metavar="NAME", help="Charts: render them for it.")
within_option = click.option(
    "-n", "--namespace", "within", metavar="NAMESPACE", help="The namespace that is asked about."
)
"""The namespace of a question; that of a chart's release is `--release-namespace` beside it."""


def query_options(command: F) -> F:
    """What a query reads: its arguments are the question, so that paths are options here."""
    for decorate in reversed((_FILES, *_INPUT[:-1], _RELEASED_TO)):
        command = decorate(command)
    return command


def input_of(given: Mapping[str, object]) -> Input:
    """What the options of `input_options` and `paths_argument` say."""
    from seawall.app.load import Input

    version, release, namespace = given["kube_version"], given["release"], given["namespace"]
    assert isinstance(version, KubeVersion)
    cluster = cluster_of(given)
    return Input(
        paths=strings(given["paths"]) or ((".",) if cluster is None else ()),
        cluster=cluster,
        version_said=bool(given.get("version_said")) or _is_given("kube_version"),
        exclude=strings(given["exclude"]),
        whole=bool(given["estate"]),
        kube_version=version,
        values=strings(given["values"]),
        set_values=strings(given["set_values"]),
        release=release if isinstance(release, str) else None,
        namespace=namespace if isinstance(namespace, str) else None,
    )


_OF_CLUSTERS = ("context", "kubeconfig", "qps", "secrets")


def cluster_of(given: Mapping[str, object], named: Iterable[str] = _OF_CLUSTERS) -> Wanted | None:
    """The cluster that is to be read; `named` are the options that say nothing without one.

    Raises:
        UsageError: an option says which, and none is asked for.
    """
    from seawall.errors import UsageError
    from seawall.sources.cluster.wanted import Wanted

    context, kubeconfig, qps = given.get("context"), given.get("kubeconfig"), given.get("qps")
    if not given.get("cluster"):
        alone = next((name for name in named if _is_given(name)), "")
        if alone:
            raise UsageError(f"--{alone} says nothing without --cluster", "Add --cluster to read a running cluster")
        return None
    return Wanted(
        kubeconfig=kubeconfig if isinstance(kubeconfig, str) else None,
        context=context if isinstance(context, str) else None,
        secrets="metadata" if given.get("secrets") else "",
        qps=float(qps) if isinstance(qps, int | float) else 50.0,
    )


def _is_given(name: str) -> bool:
    """Whether a parameter of the command that runs is on its command line."""
    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def strings(value: object) -> tuple[str, ...]:
    """What click gives for a repeatable option."""
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def words(values: tuple[str, ...]) -> tuple[str, ...]:
    """Repeated options and comma-separated words are the same."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
