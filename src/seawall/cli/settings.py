"""How a command's options and the configuration file meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from seawall.cli.completion import selectors
from seawall.cli.options import choice, input_of, strings, words
from seawall.core import Profile
from seawall.errors import UsageError

if TYPE_CHECKING:
    from seawall.app.config import Resolved
    from seawall.app.scan import Options

F = TypeVar("F", bound=Callable[..., Any])

_PARAMETERS = {
    "profile": "profile",
    "select": "select",
    "ignore": "ignore",
    "exclude": "exclude",
    "kube_version": "kube-version",
    "fail_on": "fail-on",
    "strict": "strict",
    "estate": "estate",
    "baseline": "baseline",
    "values": "helm.values",
    "set_values": "helm.set",
    "release": "helm.release",
    "namespace": "helm.namespace",
}
"""Click's parameter -> the setting that it overrides."""

_PROFILES = [profile.label for profile in Profile]
_FILE = (
    click.option("--config", "config_file", metavar="FILE", help="Settings  [default: the nearest seawall.toml]."),
    click.option("--no-config", is_flag=True, help="Read no configuration file."),
)
_CHOICE = (
    click.option(
        "--profile",
        type=choice(_PROFILES),
        default="recommended",
        help="How much to ask for, if nothing is selected.",
    ),
    click.option(
        "--select",
        multiple=True,
        metavar="WORD",
        help="Only these rules, families, frameworks, of any profile.",
        shell_complete=selectors,
    ),
    click.option("--ignore", multiple=True, metavar="WORD", help="Not these.", shell_complete=selectors),
)


def settings_options(command: F) -> F:
    """Which rules are asked, and which file says so: shared by every command that asks several."""
    return _decorated(command, (*_CHOICE, *_FILE))


def file_options(command: F) -> F:
    """Which file holds the settings: for commands that choose no rules."""
    return _decorated(command, _FILE)


def _decorated(command: F, options: Sequence[Callable[[F], F]]) -> F:
    for decorate in reversed(options):
        command = decorate(command)
    return command


def is_given(name: str) -> bool:
    """Whether a parameter of the command that runs is on the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def settled(given: Mapping[str, object]) -> tuple[dict[str, object], Resolved]:
    """The options with the file's settings in place of defaults, and where each setting comes from.

    Raises:
        UsageError: two options are given of which one says nothing beside the other.
        ConfigError: the file cannot be read, or says something that cannot be meant.
    """
    from seawall.app.config import Wanted, resolve
    from seawall.triage.config import attribute

    if is_given("profile") and is_given("select"):
        message = "--select takes rules of any profile, so --profile says nothing beside it"
        raise UsageError(message, "Leave out --profile; or leave out --select to ask all rules of the profile")
    context = click.get_current_context()
    said = {
        setting: given[name]
        for name, setting in _PARAMETERS.items()
        if name in given and context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    file = given["config_file"]
    resolved = resolve(
        Wanted(
            paths=strings(given["paths"]) or (".",),
            file=file if isinstance(file, str) else None,
            no_file=bool(given["no_config"]),
            flags=said,
        )
    )
    held = {
        name: getattr(resolved.settings, attribute(setting))
        for name, setting in _PARAMETERS.items()
        if setting not in said and resolved.origins[setting] != "default"
    }
    return {**given, **held, "version_said": "kube_version" in held or "kube-version" in said}, resolved


def options_of(given: Mapping[str, object], resolved: Resolved) -> Options:
    """The scan that settled options ask for.

    Raises:
        ConfigError: the baseline cannot be read.
    """
    from seawall.app.scan import Options
    from seawall.app.triage import policy_of

    wanted = input_of(given)
    return Options(
        input=wanted,
        profile=Profile[str(given["profile"]).upper()],
        select=words(strings(given["select"])),
        ignore=words(strings(given["ignore"])),
        registries=resolved.settings.registries,
        policy=policy_of(resolved, wanted.paths),
    )
