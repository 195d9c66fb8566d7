"""The Python API: what `import seawall` offers (docs/python-api.md).

It stands beside the command line, and both are thin: a scan of either is one call of `seawall.app.scan.scan`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable

from seawall.app.load import Input
from seawall.app.scan import Options
from seawall.app.scan import scan as run
from seawall.core import Problem, Profile, Severity, Verdict
from seawall.errors import ConfigError, SeawallError, UsageError
from seawall.findings import Finding
from seawall.model import NEWEST, KubeVersion
from seawall.reports.report import Located, Report
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule

__all__ = [
    "ConfigError",
    "Finding",
    "Input",
    "Located",
    "Options",
    "Problem",
    "Profile",
    "Report",
    "Rule",
    "SeawallError",
    "Severity",
    "UsageError",
    "Verdict",
    "catalog",
    "render",
    "run",
    "scan",
]

PathName = str | os.PathLike[str]


def scan(
    paths: PathName | Iterable[PathName] = ".",
    *,
    select: str | Iterable[str] = (),
    profile: str | Profile = Profile.RECOMMENDED,
    estate: bool = False,
    kube_version: str | None = None,
) -> Report:
    """Reads what is at `paths` and judges it, as `seawall scan` does without a configuration file.

    `paths` are files, folders and charts, `-` is standard input. `select` takes rule ids, families and framework
    names; empty means all rules of the profile. `estate` says that the input is the whole cluster. `kube_version` is
    text such as `1.34`; None is the newest that Seawall knows. What cannot be read is no exception but a `Problem` of
    the report. For everything else that the command line offers, give `Options` to `run`.

    Raises:
        UsageError: a selector, the profile or the version is none.
    """
    options = Options(
        input=Input(
            paths=_texts(paths),
            whole=estate,
            kube_version=_version(kube_version) if kube_version else NEWEST,
        ),
        profile=_profile(profile),
        select=_texts(select),
    )
    return run(options)


def render(report: Report, form: str = "json") -> str:
    """The report as `seawall scan -o FORM` writes it to a file: `json`, `sarif`, `junit`, ...

    Raises:
        UsageError: there is no such format.
    """
    from seawall.reports.formats import FORMATS
    from seawall.reports.style import Style

    if form not in FORMATS:
        raise UsageError(f"there is no output format '{form}'", f"Take one of {', '.join(FORMATS)}")
    return "".join(FORMATS[form](report, Style()))


def _texts(given: PathName | Iterable[PathName]) -> tuple[str, ...]:
    """One or several; a single text is not taken for the sequence of its characters."""
    several = (given,) if isinstance(given, (str, os.PathLike)) else given
    return tuple(os.fspath(item) for item in several)


def _version(given: object) -> KubeVersion:
    """A caller without types may give a number, of which nobody knows whether 1.3 was 1.30."""
    if not isinstance(given, str):
        raise UsageError(f"'{given}' is no Kubernetes version", 'Write it in quotes, "1.34": as a number 1.30 is 1.3')
    return KubeVersion.parse(given)


def _profile(given: str | Profile) -> Profile:
    if isinstance(given, Profile):
        return given
    labels = {profile.label: profile for profile in Profile}
    if given not in labels:
        close = difflib.get_close_matches(given, labels, 1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Take one of {', '.join(labels)}"
        raise UsageError(f"there is no profile '{given}'", hint)
    return labels[given]
