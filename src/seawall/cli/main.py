"""The `seawall` command: a thin adapter over `seawall.app`; each subcommand is imported when it is called."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import re
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from seawall import __version__
from seawall.errors import ExitCode, SeawallError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "scan": ("seawall.cli.scan", "Find what is wrong in manifests, charts and overlays."),
    "pss": ("seawall.cli.pss", "Say what Pod Security admission would say of each pod."),
    "reach": ("seawall.cli.reach", "Say what network policies let reach what, and why."),
    "exposed": ("seawall.cli.exposed", "Say what the outside can reach, and through which objects."),
    "can": ("seawall.cli.can", "Say what a subject can do, or whether it can do one thing."),
    "who-can": ("seawall.cli.who_can", "Say who can do a thing, and through what."),
    "access": ("seawall.cli.access", "Show who can do what, as a table."),
    "layers": ("seawall.cli.layers", "Show the cluster layer by layer: what is there, and what it is for."),
    "diff": ("seawall.cli.diff", "Say what a change widens: rights, exposure, pod security, images, findings."),
    "prove": ("seawall.cli.prove", "Show the whole chain of one verdict, each step checkable by hand."),
    "map": ("seawall.cli.map", "Draw the estate: one page that needs nothing else, SVG, DOT."),
    "rules": ("seawall.cli.rules", "List and filter the rules."),
    "explain": ("seawall.cli.explain", "Teach a rule, or a concept of Kubernetes security."),
    "baseline": ("seawall.cli.baseline", "Accept what is there today, so that only new findings fail."),
    "snapshot": ("seawall.cli.snapshot", "Keep what was read in one file that every command reads in its place."),
    "config": ("seawall.cli.config", "Show the settings that hold, and where each comes from."),
    "reader-role": ("seawall.cli.reader_role", "Print the ClusterRole that a scan of a cluster needs."),
    "schema": ("seawall.cli.schema", "Print the JSON Schema of `scan -o json`."),
}


_OPTIONS = {
    **dict.fromkeys(("--format", "--output-format", "--output-file-path"), "--output FORMAT=FILE"),
    **dict.fromkeys(("--severity-threshold", "--hard-fail-on", "--exit-code"), "--fail-on SEVERITY"),
    **dict.fromkeys(("-s", "--soft-fail", "--exit-zero", "--no-exit-code"), "--fail-on none"),
    **dict.fromkeys(("-c", "--check", "--include", "--enable-optional-test"), "--select RULE"),
    **dict.fromkeys(("--skip", "--skip-check", "--ignore-test"), "--ignore RULE"),
    **dict.fromkeys(("--skip-path", "--skip-dirs", "--skip-files", "--ignore-path"), "--exclude PATTERN"),
    **dict.fromkeys(("--config-file", "--ignorefile"), "--config FILE"),
    "--framework": "--compliance FRAMEWORK",
    "--kubernetes-version": "--kube-version VERSION",
    **dict.fromkeys(("-d", "--directory", "--file", "--audit-path"), "PATH without an option"),
    "-f": "PATH without an option, or -o FORMAT",
}
"""What other scanners call an option -> what to write here."""
_CALLED = dict.fromkeys(("analyze", "audit", "check", "lint", "test", "validate"), "scan") | {"list": "rules"}
"""What other scanners call a command -> what it is here."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are called, and listed without being imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            named = _CALLED.get(args[0])
            close = [named] if named else difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"Did you mean '{close[0]}'?" if close else "seawall --help lists the commands."
            raise click.UsageError(f"No such command '{args[0]}'. {hint}", ctx) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        # Past click.Group: it would import every command to ask for its help.
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `seawall scan .`; docs: `seawall explain RULE`.",
)
@click.version_option(__version__, message="seawall %(version)s")
def cli() -> None:
    """Kubernetes security from the cloud to the code: what is wrong, where, why, whose it is, and what was not seen."""


def main() -> NoReturn:
    """Runs the command and turns what went wrong into a message and an exit code (docs/interfaces.md)."""
    # A command builds one large, living graph and ends: collecting garbage in it finds none and costs seconds.
    gc.disable()
    _open_streams()
    try:
        code = cli(standalone_mode=False, prog_name=_called())
    except click.exceptions.Abort:
        _stop()
    except click.ClickException as error:
        _translated(error).show()
        sys.exit(ExitCode.USAGE)
    except UsageError as error:
        _end(f"seawall: {error.message}" + (f"\n  {error.hint}" if error.hint else ""), ExitCode.USAGE)
    except SeawallError as error:
        _end(f"seawall: {error}", ExitCode.INTERNAL)
    except Exception as error:  # noqa: BLE001  # the program's edge: a bug is told kindly, with a way to report it
        _end(_bug(error), ExitCode.INTERNAL)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _takes(command: click.Command, words: str) -> bool:
    """Whether a command has the option or argument that some words begin with."""
    name = words.partition(" ")[0]
    return bool(name) and any(name in each.opts or name in (each.metavar or "") for each in command.params)


def _translated(error: click.ClickException) -> click.ClickException:
    """The error that says what to write here, where the command takes that: for another scanner's option, or a PATH."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        command = error.ctx.command
        meant = [each for each in _OPTIONS.get(error.option_name, "").split(", or ") if _takes(command, each)]
        if meant:
            message = f"No such option '{error.option_name}'. Did you mean {', or '.join(meant)}?"
            return click.NoSuchOption(error.option_name, message, ctx=error.ctx)
    extra = _EXTRA.fullmatch(error.message)
    if extra and isinstance(error, click.UsageError) and error.ctx is not None and _takes(error.ctx.command, "--on"):
        return click.UsageError(f"{error.message}. Did you mean --on {extra[1]}?", error.ctx)
    return error


_EXTRA = re.compile(r"Got unexpected extra argument \((\S+)\)")


def _open_streams() -> None:
    """Gives the command the standard streams that its caller closed: nothing to read, nobody to read what it writes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # open until the end


def _called() -> str | None:
    """The name that help and usage show; None is click's own guess. People call a plugin of kubectl with a space."""
    return "kubectl seawall" if "kubectl-seawall" in sys.argv[0].replace("\\", "/").rpartition("/")[2] else None


def _bug(error: Exception) -> str:
    import traceback

    if os.environ.get("SEAWALL_DEBUG"):
        return traceback.format_exc()
    return (
        f"seawall: this is a bug: {type(error).__name__}: {error}\n"
        "  Set SEAWALL_DEBUG=1 to see where, and please report it with the input that made it happen."
    )


def _stop() -> NoReturn:
    """Ends at once: Python's own end would wait for threads that wait for a server, perhaps for minutes."""
    click.echo("Stopped.", err=True)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(130)


def _end(message: str, code: int) -> NoReturn:
    from seawall.reports.style import printable

    # It may name what stands in the input.
    click.echo("\n".join(map(printable, message.split("\n"))), err=True)
    sys.exit(code)
