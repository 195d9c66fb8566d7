"""Settings: a table of `seawall.toml` becomes a checked value; everything that cannot be meant is an error."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn

import msgspec

from seawall.core import Path, Profile, Severity, path_text
from seawall.errors import ConfigError, UsageError
from seawall.model.versions import NEWEST, KubeVersion
from seawall.triage.toml import TomlText

FAIL_ON: Final = ("none", *(severity.label for severity in Severity))


class ConfigFile(msgspec.Struct, frozen=True, eq=False):
    """A file that holds settings."""

    name: str
    """The path as the user would type it."""
    folder: str
    """The absolute path of the folder it is in."""
    text: TomlText

    def place(self, path: Path) -> str:
        """`seawall.toml:12`."""
        return f"{self.name}:{self.text.locate(path)[0].line}"


class Relax(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that somebody accepts; a pattern that is not given matches everything."""

    rule: str
    reason: str
    namespace: str | None = None
    kind: str | None = None
    name: str | None = None
    container: str | None = None
    file: str | None = None
    """A pattern of the file's path from the configuration's folder; `*` also stands for `/`."""
    until: datetime.date | None = None
    """The last day on which it holds."""
    value: object = msgspec.UNSET
    """The accepted value; with another one the finding is open again."""
    index: int = 0
    """Its position among the file's `[[relax]]` tables."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set; the defaults are what holds without a file."""

    profile: str = Profile.RECOMMENDED.label
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    kube_version: KubeVersion = NEWEST
    fail_on: str = "medium"
    strict: bool = False
    estate: bool = False
    registries: tuple[str, ...] = ()
    baseline: str = ""
    """The path of a baseline; empty means none."""
    severity: Mapping[str, Severity] = msgspec.field(default_factory=dict)
    """Rule id -> the severity it is given here."""
    helm_values: tuple[str, ...] = ()
    helm_set: tuple[str, ...] = ()
    helm_release: str | None = None
    helm_namespace: str | None = None
    relax: tuple[Relax, ...] = ()


class _Wrong(Exception):  # noqa: N818 - it never leaves the module; the parser adds file, line and key
    """A value that a setting does not take."""

    def __init__(self, allowed: str, hint: str = "") -> None:
        super().__init__(allowed)
        self.allowed = allowed
        self.hint = hint


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("a text that is not empty")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _Wrong('a list of texts, such as ["a", "b"]')
    return tuple(value)


def _one_of(words: Collection[str]) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise _Wrong(one_of(words), closest(value, words))
        return value

    return convert


def _severity(value: object) -> Severity:
    return Severity[_one_of([severity.label for severity in Severity])(value).upper()]


def _version(value: object) -> KubeVersion:
    if isinstance(value, int | float):
        raise _Wrong('a version such as "1.34"', "Write it in quotes: as a number 1.30 would be 1.3")
    try:
        return KubeVersion.parse(_text(value))
    except UsageError as error:
        raise _Wrong('a version such as "1.34"') from error


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.datetime):
        raise _Wrong("a day such as 2027-01-31, without a time")
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(_text(value))
    except ValueError as error:
        raise _Wrong("a day such as 2027-01-31") from error


Converter = Callable[[object], Any]

_SETTINGS: Final[Mapping[str, Converter]] = {
    "profile": _one_of([profile.label for profile in Profile]),
    "select": _texts,
    "ignore": _texts,
    "exclude": _texts,
    "kube-version": _version,
    "fail-on": _one_of(FAIL_ON),
    "strict": _flag,
    "estate": _flag,
    "registries": _texts,
    "baseline": _text,
}
_TABLES: Final = ("severity", "helm", "relax")
_HELM: Final[Mapping[str, Converter]] = {
    "values": _texts,
    "set": _texts,
    "release": _text,
    "namespace": _text,
}
_RELAX: Final[Mapping[str, Converter]] = {
    "rule": _text,
    "reason": _text,
    **dict.fromkeys(("namespace", "kind", "name", "container", "file"), _text),
    "until": _date,
    "value": lambda value: value,
}
NAMES: Final = (*_SETTINGS, *(f"helm.{key}" for key in _HELM), "severity", "relax")
"""Every setting; a dot stands between a table and its key."""


def parse(table: Mapping[str, object], file: ConfigFile, rule_ids: Collection[str]) -> Settings:
    """The settings of a table; `rule_ids` are the rules there are.

    Raises:
        ConfigError: keys are unknown, or a value is none that the setting takes; it names file and line.
    """
    reader = _Table(file)
    reader.refuse_unknown(table)
    plain = {key: table[key] for key in _SETTINGS if key in table}
    fields = reader.fields((), plain, _SETTINGS)
    if "helm" in table:
        helm = reader.checked(("helm",), table["helm"], _HELM)
        fields.update({f"helm.{key}": value for key, value in helm.items()})
    if "severity" in table:
        fields["severity"] = reader.severities(table["severity"], rule_ids)
    if "relax" in table:
        fields["relax"] = tuple(reader.relaxations(table["relax"], rule_ids))
    return Settings(**{attribute(name): value for name, value in fields.items()})


def attribute(name: str) -> str:
    """The attribute of `Settings` that holds a setting."""
    return name.replace("-", "_").replace(".", "_")


class _Table:
    """Reads the tables of one file."""

    def __init__(self, file: ConfigFile) -> None:
        self._file = file

    def fail(self, path: Path, message: str, hint: str = "") -> NoReturn:
        raise ConfigError(f"{self._file.place(path)}: {message}", hint)

    def refuse_unknown(self, table: Mapping[str, object]) -> None:
        """All of them at once: whoever mends one would only meet the next."""
        unknown = [(path, key, names) for path, inner, names in _tables(table) for key in inner if key not in names]
        if not unknown:
            return
        near = [closest(key, names) for _, key, names in unknown]
        lines = []
        for (path, key, _), meant in zip(unknown, near, strict=True):
            what = f"key '{key}' in {path_text(path)}" if path else f"setting '{key}'"
            told = f"{self._file.place((*path, key))}: there is no {what}"
            lines.append(f"{told}. {meant}" if meant and len(unknown) > 1 else told)
        path, _, names = unknown[0]
        hint = f"{near[0] if len(unknown) == 1 else ''} {'Keys' if path else 'Settings'}: {', '.join(names)}"
        raise ConfigError("\n  ".join(lines), hint.strip())

    def table(self, path: Path, value: object) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self.fail(path, f"{path_text(path)} is {shown(value)}; it takes a table")
        return value

    def checked(self, path: Path, value: object, converters: Mapping[str, Converter]) -> dict[str, Any]:
        return self.fields(path, self.table(path, value), converters)

    def fields(self, path: Path, table: Mapping[str, object], converters: Mapping[str, Converter]) -> dict[str, Any]:
        found = {}
        for key, value in table.items():
            try:
                found[key] = converters[key](value)
            except _Wrong as wrong:
                name = path_text((*path, key))
                self.fail((*path, key), f"{name} is {shown(value)}; it takes {wrong.allowed}", wrong.hint)
        return found

    def rule(self, path: Path, rule_id: str, rule_ids: Collection[str]) -> str:
        if rule_id not in rule_ids:
            hint = closest(rule_id, rule_ids) or "`seawall rules` lists the rules"
            self.fail(path, f"{path_text(path)}: there is no rule '{rule_id}'", hint)
        return rule_id

    def severities(self, value: object, rule_ids: Collection[str]) -> dict[str, Severity]:
        table = self.table(("severity",), value)
        for rule_id in table:
            self.rule(("severity", rule_id), rule_id, rule_ids)
        return self.fields(("severity",), table, dict.fromkeys(table, _severity))

    def relaxations(self, value: object, rule_ids: Collection[str]) -> Iterable[Relax]:
        if not isinstance(value, list):
            self.fail(("relax",), f"relax is {shown(value)}; it takes tables that start with [[relax]]")
        for index, entry in enumerate(value):
            path = ("relax", index)
            fields = self.checked(path, entry, _RELAX)
            for key in ("rule", "reason"):
                if key not in fields:
                    self.fail(path, f"{path_text(path)} has no {key}", _MISSING[key])
            self.rule((*path, "rule"), fields["rule"], rule_ids)
            yield Relax(index=index, **fields)


def _tables(table: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object], Collection[str]]]:
    """(path, table, the keys that it may have) of each table whose keys are known."""
    yield (), table, (*_SETTINGS, *_TABLES)
    helm, relax = table.get("helm"), table.get("relax")
    if isinstance(helm, dict):
        yield ("helm",), helm, _HELM
    for index, entry in enumerate(relax if isinstance(relax, list) else ()):
        if isinstance(entry, dict):
            yield ("relax", index), entry, _RELAX


_MISSING: Final = {
    "rule": "Name the rule that it relaxes; `seawall rules` lists them",
    "reason": "Say why it is accepted, so that the next reader can judge whether it still is",
}


def shown(value: object) -> str:
    """A value as the file would write it, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_of(words: Collection[str]) -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def closest(word: object, words: Iterable[str]) -> str:
    """`Did you mean 'x'?`; empty where nothing is near."""
    import difflib

    near = difflib.get_close_matches(str(word), list(words), 2)
    return f"Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
