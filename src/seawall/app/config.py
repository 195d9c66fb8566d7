"""Which settings hold: flags beat the configuration file, the file beats the defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from seawall.errors import ConfigError, UsageError
from seawall.model import KubeVersion
from seawall.reports.config import SettingRow
from seawall.sources.repository import repository
from seawall.triage.config import NAMES, ConfigFile, Settings, attribute, parse
from seawall.triage.toml import TomlText

FILE_NAME = "seawall.toml"
_MAX_BYTES = 1_000_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says of settings."""

    paths: tuple[str, ...] = (".",)
    """What is scanned; the search for a file starts there."""
    file: str | None = None
    """`--config FILE`."""
    no_file: bool = False
    """`--no-config`."""
    flags: Mapping[str, object] = msgspec.field(default_factory=dict)
    """Setting, as the file writes it -> the flag's value; only those that were given."""


class Resolved(msgspec.Struct, frozen=True, eq=False):
    """The settings that hold, and where each comes from."""

    settings: Settings
    origins: Mapping[str, str]
    """Setting -> `default`, `seawall.toml:3`, or `command line`; every setting has one."""
    file: ConfigFile | None = None


def resolve(wanted: Wanted) -> Resolved:
    """Finds the file, reads it, and lays the flags over it.

    Raises:
        UsageError: a flag names a values file that is not there.
        ConfigError: the file cannot be read, or says something that cannot be meant.
    """
    path = Path(wanted.file) if wanted.file else None if wanted.no_file else discover(wanted.paths)
    origins = dict.fromkeys(NAMES, "default")
    settings, file = Settings(), None
    if path is not None:
        settings, file = _read(path)
        if not wanted.file:
            _refuse_outside(settings, file)
        origins.update((name, file.place(_steps(name))) for name in NAMES if file.text.has(_steps(name)))
    flags = {attribute(name): value for name, value in wanted.flags.items()}
    origins.update((name, "command line") for name in wanted.flags)
    held = msgspec.structs.replace(settings, **flags)
    _refuse_missing(held, None if "helm.values" in wanted.flags else file)
    return Resolved(held, origins, file)


def _steps(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def discover(paths: Sequence[str]) -> Path | None:
    """The nearest file from what is scanned up to the repository's root; None when there is none.

    Outside of a repository the search ends in the current folder: a stray file far above must not change a scan.
    """
    here = Path.cwd()
    real = [Path(path).resolve() for path in paths if path != "-"] or [here]
    start = Path(os.path.commonpath(real))
    start = start if start.is_dir() else start.parent
    for folder in _upwards(start, here):
        if (file := folder / FILE_NAME).is_file():
            return file
        if (project := folder / "pyproject.toml").is_file() and _has_table(project):
            return project
    return None


def _upwards(start: Path, here: Path) -> Iterable[Path]:
    root = repository(start) or (here if start.is_relative_to(here) else start)
    above = [start, *start.parents]
    return above[: above.index(root) + 1]


def _has_table(project: Path) -> bool:
    text = _text(project)
    # Reading all of TOML takes longer than a scan may take to start: most projects never name Seawall.
    return "seawall" in text and _table(project, text)[1] is not None


def _refuse_outside(settings: Settings, file: ConfigFile) -> None:
    """A file that was found, and not named, is as trusted as what is scanned: its charts are shown nothing else."""
    folder = Path(file.folder)
    root = repository(folder) or folder
    for name in settings.helm_values:
        if not Path(name).resolve().is_relative_to(root):
            where = file.place(("helm", "values"))
            raise ConfigError(f"{where}: helm.values: '{name}' leaves {root}", "Name it with --values, or keep a copy")


def _refuse_missing(settings: Settings, file: ConfigFile | None) -> None:
    """Without its values a chart is another one, or none: no report is better; `file` is None for the command line."""
    for name in settings.helm_values:
        wrong = _not_a_file(name)
        if wrong and file is None:
            raise UsageError(f"--values: '{name}' {wrong}", _NAME_VALUES)
        if wrong and file is not None:
            raise ConfigError(f"{file.place(('helm', 'values'))}: helm.values: '{name}' {wrong}", _NAME_VALUES)


_NAME_VALUES = "Name a values file that is there"


def _not_a_file(name: str) -> str:
    """Why values cannot be read from there; empty where they can."""
    if "://" in name:
        return "is remote: it is not fetched"
    try:
        if Path(name).is_file():
            return ""
        return "is no file" if Path(name).exists() else "does not exist"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _read(path: Path) -> tuple[Settings, ConfigFile]:
    text = _text(path)
    prefix, table = _table(path, text)
    if table is None:
        raise ConfigError(f"{_shown(path)}: there is no table [tool.seawall]", "Add it, or name a seawall.toml")
    if not isinstance(table, dict):
        raise ConfigError(f"{_shown(path)}: tool.seawall is no table", "Write [tool.seawall] on a line of its own")
    file = ConfigFile(_shown(path), str(path.resolve().parent), TomlText(text, table, prefix))
    settings = parse(table, file, _rule_ids() if {"severity", "relax"} & table.keys() else ())
    _check_words(file, settings)
    return _relative(settings, path), file


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"'{path}' cannot be read: {error.strerror}", "Check the path of --config") from error
    if len(data) > _MAX_BYTES:
        raise ConfigError(f"{_shown(path)} is larger than 1 MB", "Name a configuration file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{_shown(path)}: byte {error.start} is no UTF-8", "Save it as UTF-8") from error


def _table(path: Path, text: str) -> tuple[tuple[str, ...], object]:
    """(where the settings stand, the settings); None where a pyproject.toml has none."""
    import tomllib

    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, text, str(error)) from error
    except RecursionError as error:
        raise ConfigError(f"{_shown(path)} is nested too deep", "No setting is nested deeper than a list") from error
    if path.name != "pyproject.toml":
        return (), value
    tool = value.get("tool")
    return ("tool", "seawall"), tool.get("seawall") if isinstance(tool, dict) else None


_AT = re.compile(r" \(at line (\d+), column \d+\)\Z")


def _no_toml(path: Path, text: str, message: str) -> ConfigError:
    """The parser's message with the line in front; of a day that is none, it would name neither the key nor the day."""
    at = _AT.search(message)
    if at is None:
        return ConfigError(f"{_shown(path)}: {message}", "It is no valid TOML: see https://toml.io")
    place = f"{_shown(path)}:{at[1]}"
    key, equals, value = text.split("\n")[int(at[1]) - 1].partition("=")
    if equals and message.startswith("Invalid date"):
        day = value.partition("#")[0].strip()
        return ConfigError(f"{place}: {key.strip()} is {day}, which is no day", "Write a day such as 2027-01-31")
    return ConfigError(f"{place}: {_AT.sub('', message)}", "It is no valid TOML: see https://toml.io")


def _shown(path: Path) -> str:
    """The path as the user would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") and path.is_absolute() else relative


def _rule_ids() -> frozenset[str]:
    from seawall.rules.catalog import catalog

    return frozenset(rule.id for rule in catalog())


def _check_words(file: ConfigFile, settings: Settings) -> None:
    if not settings.select and not settings.ignore:
        return
    from seawall.app.choice import choose
    from seawall.core import Profile
    from seawall.rules.catalog import catalog

    for key, words in (("select", settings.select), ("ignore", settings.ignore)):
        try:
            choose(catalog(), words, (), Profile.STRICT)
        except UsageError as error:
            raise ConfigError(f"{file.place((key,))}: {key}: {error.message}", error.hint) from error


def _relative(settings: Settings, path: Path) -> Settings:
    """Paths in the file count from its folder."""
    folder = path.parent

    def below(name: str) -> str:
        return _shown(folder / name)

    baseline = below(settings.baseline) if settings.baseline else ""
    values = tuple(below(name) for name in settings.helm_values)
    return msgspec.structs.replace(settings, helm_values=values, baseline=baseline)


def rows(resolved: Resolved) -> tuple[SettingRow, ...]:
    """Every setting as `seawall config show` lists it; severities and relaxations one by one."""
    settings, file = resolved.settings, resolved.file
    found = [
        SettingRow(name, _plain(getattr(settings, attribute(name))), resolved.origins[name])
        for name in NAMES
        if name not in ("severity", "relax")
    ]
    if file is not None:
        for rule_id, severity in settings.severity.items():
            found.append(SettingRow(f"severity.{rule_id}", severity.label, file.place(("severity", rule_id))))
        for entry in settings.relax:
            table = msgspec.to_builtins(entry)
            found.extend(
                SettingRow(f"relax[{entry.index}].{key}", value, file.place(("relax", entry.index, key)))
                for key, value in table.items()
                if key != "index" and value is not None
            )
    return tuple(found)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, KubeVersion) else value
