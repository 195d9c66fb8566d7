"""`seawall scan`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.cli.completion import formats, framework_names
from seawall.cli.options import choice, input_options, paths_argument, strings, words
from seawall.cli.settings import is_given, options_of, settings_options, settled
from seawall.cli.targets import put, targets
from seawall.core import Audience, Severity
from seawall.errors import ExitCode, UsageError
from seawall.reports.report import Report
from seawall.reports.style import Style, plural

if TYPE_CHECKING:
    from seawall.app.scan import Options

_FORMATS = "terminal, json, sarif, junit, markdown, csv, gitlab, github"
_SEVERITIES = ["none", "low", "medium", "high", "critical"]
_AUDIENCES = [audience.value for audience in Audience]
_CHOOSING = {
    "audience": "--for",
    "severity": "--severity",
    "select": "--select",
    "ignore": "--ignore",
    "profile": "--profile",
}
"""Click's parameter -> the option that chooses rules or findings."""

EXAMPLES = """
\b
Examples:
  seawall scan .                            a repository: manifests, charts, overlays
  seawall scan k8s/ --fail-on high          fail a pipeline on high and critical only
  helm template . | seawall scan -          what another tool rendered
  seawall scan --cluster --context prod     a running cluster
  seawall scan . -o sarif=out.sarif -o terminal
  seawall scan . --select cis,pss:restricted --kube-version 1.34
  kubectl get KINDS -A -o yaml | seawall scan - --estate   (KINDS: docs/integrations.md, "kubectl")
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"Repeatable. Formats: {_FORMATS}.",
    shell_complete=formats,
)
@click.option("--fail-on", type=choice(_SEVERITIES), default="medium", help="Exit 1 from this severity on.")
@click.option("--strict", is_flag=True, help="Exit 1 on problems and unknown verdicts too.")
@settings_options
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Fail only on what this baseline does not hold.")
@click.option(
    "--for",
    "audience",
    multiple=True,
    type=choice(_AUDIENCES),
    help="Only what is theirs, also for the exit code.",
)
@click.option(
    "--severity",
    type=choice(_SEVERITIES[1:]),
    help="Only what is as severe or more, also for the exit code.",
)
@click.option(
    "--compliance",
    metavar="FRAMEWORK",
    help="Control by control instead: cis, nsa, owasp, pss, ... (as terminal or json). Any control that fails exits "
    "with 1, unless --fail-on none; what chooses or groups findings is refused.",
    shell_complete=framework_names,
)
@click.option("--group-by", type=choice(["file", "owner"]), default="file", help="How a terminal report is laid out.")
@click.option("--jobs", type=click.IntRange(1, 2), default=None, help="Processes that judge  [default: what helps].")
@click.option("--width", type=int, default=None, help="Columns of the terminal report.", hidden=True)
def scan(**given: object) -> int:
    """Find what is wrong in manifests, charts and overlays, and say what could not be looked at.

    PATH is a file, a folder, a chart or `-` for standard input; without one the current folder is read.
    """
    from seawall.app.scan import scan as run
    from seawall.cli.progress import progress
    from seawall.reports.formats import FORMATS

    outputs = targets(words(strings(given["output"])) or ("terminal",), FORMATS)
    if given["compliance"]:
        _refuse_beside_compliance((name for name, _ in outputs), str(given["fail_on"]))
    given, resolved = settled(given)
    if given["compliance"]:
        return _comply(given, outputs, options_of(given, resolved))
    audiences = frozenset(Audience(word) for word in strings(given["audience"]))
    jobs = given["jobs"] if isinstance(given["jobs"], int) else None
    lowest = Severity[str(given["severity"]).upper()] if given["severity"] else None
    options = msgspec.structs.replace(options_of(given, resolved), audiences=audiences, lowest=lowest, jobs=jobs)
    with progress(sys.stderr) as tell:
        report = run(options, tell)
    for name, file in outputs:
        _write(report, name, file, given)
    if all(file for _, file in outputs):
        _sum_up(report, [file for _, file in outputs])
    return _code(report, _reason(report, str(given["fail_on"]), strict=bool(given["strict"])), outputs)


def _refuse_beside_compliance(formats: Iterable[str], fail_on: str) -> None:
    """A control is judged by all of its rules: what chooses among them would change what it says.

    Raises:
        UsageError: such an option is on the command line, or the table has no such format.
    """
    for name, option in _CHOOSING.items():
        if is_given(name):
            raise UsageError(f"--compliance asks every rule of a control, so {option} says nothing", "Leave it out")
    if is_given("group_by"):
        raise UsageError("--compliance goes by control, so --group-by says nothing", "Leave it out")
    if is_given("fail_on") and fail_on != "none":
        message = f"with --compliance any control that fails exits with 1, so --fail-on {fail_on} says nothing"
        raise UsageError(message, "Leave it out, or take --fail-on none")
    for name in formats:
        if name not in ("terminal", "json"):
            raise UsageError(f"--compliance has no output format '{name}'", "Take terminal or json")


def _comply(given: Mapping[str, object], outputs: list[tuple[str, str]], options: Options) -> int:
    from seawall.app.comply import comply
    from seawall.cli.output import quiet_code, style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.reports.compliance_rows import Standing
    from seawall.reports.compliance_table import as_json, as_lines

    with progress(sys.stderr) as tell:
        table = comply(str(given["compliance"]), options, tell)
    for form, file in outputs:
        style = style_for(file)
        put([as_json(table)] if form == "json" else (line + "\n" for line in as_lines(table, style)), file)
    tell_problems(table.problems)
    # What a baseline holds fails its control, and no pipeline: that is what a baseline is for.
    failed = given["fail_on"] != "none" and any(row.findings for row in table.rows)
    unknown = given["strict"] and any(row.standing is Standing.UNKNOWN for row in table.rows)
    if table.objects and (failed or unknown):
        return ExitCode.FINDINGS
    return quiet_code(table.objects, table.problems)


def _write(report: Report, name: str, file: str, given: Mapping[str, object]) -> None:
    from seawall.cli.output import style_of
    from seawall.reports.formats import FORMATS

    width, by_owner = given["width"], given["group_by"] == "owner"
    own = style_of(width if isinstance(width, int) else None, by_owner=by_owner)
    style = Style(by_owner=by_owner) if file else own
    put(FORMATS[name](report, style), file)


def _sum_up(report: Report, files: Iterable[str]) -> None:
    """On standard error, where every report goes to a file: a command that fails says why."""
    from seawall.reports.terminal import summary

    first = next(summary(report, Style(width=500)))
    click.echo(f"{first}: {', '.join(files)}", err=True)


def _reason(report: Report, fail_on: str, *, strict: bool) -> str:
    """Why what was found fails a pipeline; empty where it does not."""
    least = Severity[fail_on.upper()] if fail_on != "none" else None
    found = sum(n for level, n in report.count().items() if least is not None and level >= least)
    if found:
        return f"{plural(found, 'finding')} at or above {fail_on} (--fail-on)"
    if not strict or not report.coverage.objects:
        return ""
    counts = (
        (len(report.problems), "problem"),
        (report.unknown, "unknown verdict"),
        (report.failed_kinds, "unread kind"),
        (report.unasked, "unasked rule"),
    )
    parts = [plural(number, what) for number, what in counts if number]
    return f"{' and '.join(parts)} (--strict)" if parts else ""


def _code(report: Report, reason: str, outputs: list[tuple[str, str]]) -> ExitCode:
    """A person is told why a command fails; a program reads standard output, and sees the code."""
    from seawall.cli.output import quiet_code

    if not reason:
        return quiet_code(report.judged, report.problems)
    if all(file or name == "terminal" for name, file in outputs):
        click.echo(f"exit {ExitCode.FINDINGS}: {reason}", err=True)
    return ExitCode.FINDINGS
