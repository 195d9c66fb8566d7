"""Recognises credentials by their shape, or by the name they stand under.

Nothing here returns a credential or a part of one, only its kind. The shapes are the issuers' own documented formats.
"""

from __future__ import annotations

import binascii
import functools
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.inventory.placeholders import has_placeholder


class Credential(msgspec.Struct, frozen=True):
    """What kind of credential a text holds; never the text."""

    kind: str
    """As a message says it: `an AWS access key`."""
    sure: bool = True
    """Whether its shape is an issuer's own; else the name it stands under gave it away."""


ISSUED: Final = "withheld-issued-"
RANDOM: Final = "withheld-random-"
KNOWN: Final = "withheld-known-"
PLAIN: Final = "withheld-plain-"
NOTHING: Final = "withheld-none-"
"""How a stand-in begins: what a snapshot holds in place of a credential, and what is found where the credential was.

The first stands for one of an issuer's shape, and its kind follows; the others for one that its name gave away: a
random one, one that everybody would try first, any other; the last for what may be one, and that no rule takes for one.
"""


class Shape(msgspec.Struct, frozen=True):
    """An issuer's format."""

    kind: str
    needles: tuple[str, ...]
    """One of these is part of every match: looking for them first is many times faster than the pattern."""
    pattern: re.Pattern[str]
    stand_in: str
    """How the stand-in of one begins."""

    def found_in(self, text: str) -> bool:
        """Whether a text holds one."""
        return any(needle in text for needle in self.needles) and self.pattern.search(text) is not None


def _shape(kind: str, needles: str, pattern: str) -> Shape:
    stand_in = f"{ISSUED}{re.sub('[^A-Za-z]+', '_', kind)}-"
    return Shape(kind, tuple(needles.split()), re.compile(pattern), stand_in)


@functools.cache
def shapes() -> tuple[Shape, ...]:
    """The issuers' formats, the most telling first."""
    gap = r"(?:\s|\\n)*"
    return (
        _shape(
            "a private key",
            "PRIVATE",
            rf"-----BEGIN (?:[A-Z0-9]+ ){{0,3}}PRIVATE KEY(?: BLOCK)?-----{gap}"
            rf"(?:[A-Za-z-]+: [^\n\\]*(?:\n|\\n){gap}){{0,4}}[A-Za-z0-9+/=]{{16}}",
        ),
        _shape("an age key", "AGE-SECRET-KEY-", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
        _shape("an AWS access key", "AKIA ASIA", r"(?<![A-Z0-9])(?:AKIA|ASIA)(?!.{9}EXAMPLE)[A-Z2-7]{16}(?![A-Z0-9])"),
        _shape("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{36,251}\b"),
        _shape("a GitHub token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
        _shape("a GitLab token", "glpat- gldt- glptt- glrt- glcbt- glagent-", r"\bgl[a-z]{2,5}-[A-Za-z0-9_-]{20,}"),
        _shape("a Slack token", "xox", r"\bxox[abeoprs]-(?:\d+-)?[A-Za-z0-9-]{20,}"),
        _shape("a Slack token", "xapp-", r"\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,}"),
        _shape(
            "a Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Z][A-Za-z0-9/]{29,}"
        ),
        _shape("a Stripe key", "k_live_", r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
        _shape("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
        _shape("a PyPI token", "pypi-AgE", r"\bpypi-AgE[A-Za-z0-9_-]{60,}"),
        _shape("a SendGrid key", "SG.", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
        _shape("a Google API key", "AIza", r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        _shape("a Google OAuth secret", "GOCSPX-", r"\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])"),
        _shape("an Anthropic key", "sk-ant-", r"\bsk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{80,}"),
        _shape("an OpenAI key", "T3BlbkFJ", r"\bsk-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
        _shape("a Hugging Face token", "hf_", r"\bhf_[A-Za-z]{34}\b"),
        _shape("a DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
        _shape("a Docker Hub token", "dckr_", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
        _shape("a Vault token", "hvs. hvb. hvr.", r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}"),
        _shape("a Grafana token", "glsa_", r"\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b"),
        _shape("a Shopify token", "shpat_ shpca_ shppa_ shpss_", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
        _shape("a Databricks token", "dapi", r"\bdapi[a-f0-9]{32}\b"),
        _shape("a Telegram bot token", ":AA", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
        _shape("a Pulumi token", "pul-", r"\bpul-[a-f0-9]{40}\b"),
        _shape("a Terraform Cloud token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
        _shape("an Azure storage key", "AccountKey=", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
        _shape("a signed token (JWT)", "eyJ", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}"),
        _shape("a registry login", '"auth"', r'"auth"\s*:\s*"[A-Za-z0-9+/]{12,}={0,2}"'),
    )


_URL: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s:/@\"'<>]*:((?!\d+[?#])[^\s/@\"'<>]{3,})@(?!sha\d+:)[\w\[.-]", re.IGNORECASE
)
_ASSIGNMENT: Final = re.compile(
    r"""(?:^|[\s;&?,{(])(?:--?)?["']?(?P<name>[A-Za-z][\w.-]{2,60})["']?
        \s*(?:=|:(?=[\s"'])|=>)[ \t]*
        (?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s"',;&}]+))""",
    re.VERBOSE,
)
_BEHIND_A_WORD: Final = re.compile(r"\w\s+\Z")
_NEAR: Final = 50
"""Characters before a name among which a word is looked for that it stands behind."""
_COMMENT: Final = re.compile(r"\s*(?:#|//|;|--\s|\*)")
_TELLING: Final = re.compile(r"pass|pwd|secret|token|credential|key", re.IGNORECASE)
"""A line without one of these assigns nothing of interest; most lines of most files have none."""
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RUN: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")

_LEAST_ENTROPY: Final = 3.0
"""Bits for each character of what counts as random; words and counted-up digits have fewer."""

_PASSWORDS: Final = frozenset({"pwd", "pass", "pw", "requirepass", "masterauth"})
_LONG_PASSWORDS: Final = ("password", "passwd", "passphrase")
_TOKENS: Final = ("token", "secret", "apikey", "secretkey", "accesskey", "privatekey", "credential")
"""Ends of words, since many names are written without a break: `clientsecret`, `vaultapikey`."""
_KEYS: Final = frozenset({"access", "api", "auth", "encryption", "license", "master", "private", "secret", "signing"})
"""What makes a name that ends in `key` a secret's."""
_SWITCHES: Final = frozenset(
    {
        *("allow", "allowed", "check", "disable", "disallow", "enable", "enforce", "force", "has", "hide", "ignore"),
        *("is", "mask", "max", "min", "no", "require", "show", "skip", "validate", "without"),
    }
)
"""First words of a name that say what is done with a credential: `ALLOW_WEAK_PASSWORD`."""
_NO_MATTER: Final = frozenset({"base", "default", "dev", "new", "old", "plain", "prod", "staging", "test", "value"})
"""Last words of a name that change nothing: `DB_PASSWORD_PROD`."""

_KNOWN: Final = frozenset({"changeit", "changeme", "mysecretpassword", "passw0rd", "password", "secret", "letmein"})
"""What everybody would try first; also under names such as JWT_SECRET, which otherwise need a random value."""
_NO_VALUES: Final = frozenset(
    {
        *("always", "auto", "bool", "boolean", "bytes", "disabled", "enabled", "false", "generate", "generated", "int"),
        *("never", "nil", "no", "none", "null", "object", "off", "on", "once", "optional", "prompt", "redacted"),
        *("required", "str", "string", "text", "true", "undefined", "yes"),
    }
)
_ELSEWHERE: Final = re.compile(
    r"""withheld-none-|[~./$`]|[a-z]:\\|[a-z][a-z0-9+.-]*://|file:|arn:|projects/|env[:.]|os\.|process\.|%[({]
    |(?:vault|bao|secret|secrets|ssm|sm|gsm|asm|akv|op|kms)[:+]|ref\+
    |(?:aws|gcp|azure|k8s)-?(?:ssm|sm|secrets?(?:-?manager)?|keyvault|kms)?:
    |<path:|enc[\[(]|\{[a-z]+\}|[\w.-]+@(?:azurekeyvault|keyvault)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""The start of a value that says where the credential is to be found: a path, an address, another variable.

Or that it stands there for whoever holds the key: `ENC(...)` of Jasypt, `{cipher}...` of Spring Cloud Config.
"""


def credential(name: str, value: str) -> Credential | None:
    """The credential that `value` is or holds when it stands under `name`; None when it is or holds none.

    A connection string, options of a program or a document in one line hold one that they assign.
    """
    return _shaped(value) or named(name, value) or next(_assigned(value, prose=False), None)


def credential_in(text: str) -> Credential | None:
    """The first credential in a text: by its shape, or as `password=...` and the like give it away."""
    return _shaped(text) or next(_assigned(text), None)


def credential_in_secret(key: str, text: str) -> Credential | None:
    """The credential that a value of a Secret holds: a one-line value is judged by its key too, and by its looks.

    What stands in a Secret is meant to be secret.
    """
    line = text.strip()
    if "\n" in line:
        return credential_in(text)
    drawn = Credential("a key", sure=False) if looks_random(line) and not is_reference(line) else None
    return credential(key, line) or credential_in(line) or drawn


def secret_text(value: str) -> str:
    """What base64 says, with or without line breaks as for the API server; the text itself where it is none."""
    try:
        return binascii.a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True).decode()
    except (ValueError, UnicodeDecodeError):
        return value


def _shaped(text: str) -> Credential | None:
    if _needle().search(text):
        for shape in shapes():
            if shape.stand_in in text or shape.found_in(text):
                return Credential(shape.kind)
    return Credential("a password in an address") if _has_password_in_address(text) else None


def _has_password_in_address(text: str) -> bool:
    return "://" in text and any(_is_value(match[1]) for match in _URL.finditer(text))


def credential_in_header(name: str, value: str) -> Credential | None:
    """The credential that an HTTP header carries; None when it carries none, or one that is filled in later."""
    scheme, _, rest = value.strip().partition(" ")
    return _of_scheme(name, scheme, rest) or credential(name, value)


def _of_scheme(name: str, scheme: str, rest: str) -> Credential | None:
    told = _SCHEMES.get(scheme.casefold()) if name.casefold().endswith("authorization") else None
    return Credential(told) if told and len(rest.strip()) >= _LEAST_HEADER and _is_value(rest) else None


_SCHEMES: Final = {"basic": "a password in a header", "bearer": "a token in a header"}
_LEAST_HEADER: Final = 6


@functools.cache
def _needle() -> re.Pattern[str]:
    """Any of the needles of any shape: most texts hold none, and are done with one search."""
    needles = [ISSUED, *(needle for shape in shapes() for needle in shape.needles)]
    return re.compile("|".join(map(re.escape, needles)))


def is_sensitive(name: str) -> bool:
    """Whether a value under this name is secret by its meaning: `DB_PASSWORD`, `apiKey`; not `PASSWORD_FILE`."""
    return _class(name) != ""


def is_reference(value: str) -> bool:
    """Whether a value only says where a credential is, or that there is none yet."""
    return not _is_value(value)


def _assigned(text: str, *, prose: bool = True) -> Iterator[Credential]:
    """What is given away by `assignments`."""
    yield from (found for _, _, found in assignments(text, prose=prose))


def assignments(text: str, *, prose: bool = True) -> Iterator[tuple[int, int, Credential]]:
    """Where each value starts and ends that `name=value` or `name: value` gives away; comments are somebody's prose.

    Without `prose`, `name: value` behind other words is so too: `Enter your password: then wait`.
    """
    start = 0
    for line in text.splitlines(keepends=True):
        if _TELLING.search(line) and not _COMMENT.match(line):
            yield from ((start + first, start + last, found) for first, last, found in _in_line(line, prose=prose))
        start += len(line)


def _in_line(line: str, *, prose: bool) -> Iterator[tuple[int, int, Credential]]:
    for match in _ASSIGNMENT.finditer(line):
        if not prose and ":" in match[0] and _is_behind_a_word(line, match.start("name")):
            continue
        group = next((group for group in ("double", "single", "plain") if match[group]), "plain")
        value = match[group] or ""
        if not (match["plain"] and _is_code(value)) and (found := named(match["name"], value)):
            yield *match.span(group), found


def _is_behind_a_word(line: str, start: int) -> bool:
    # From the beginning of the line for each of its names would take long where it has many.
    return _BEHIND_A_WORD.search(line, max(start - _NEAR, 0), start) is not None


def _is_code(value: str) -> bool:
    """Whether an unquoted value is rather a variable, an attribute or a call of a program, or a pattern."""
    return re.search(r"[(\[{]|^\w+\.\w|\\[bdDsSwW]", value) is not None or is_sensitive(value)


def named(name: str, value: str) -> Credential | None:
    """The credential that a value is because of the name that it stands under."""
    kind = _class(name)
    if not kind or not _is_value(value):
        return None
    if is_known(value):
        return Credential(f"{kind} that everybody would try first", sure=False)
    return Credential(kind, sure=False) if kind == "a password" or looks_random(value) else None


@functools.lru_cache(maxsize=4096)
def _class(name: str) -> str:
    """What kind of credential the name promises; empty for none."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and (words[-1] in _NO_MATTER or words[-1].isdecimal()):
        words.pop()
    last = words[-1] if words else ""
    if words and words[0] in _SWITCHES:
        return ""
    if last in _PASSWORDS or last.endswith(_LONG_PASSWORDS):
        return "a password"
    if last.removesuffix("s").endswith(_TOKENS):
        return (
            "a token" if last.removesuffix("s").endswith("token") else "a key" if last.endswith("key") else "a secret"
        )
    return "a key" if last == "key" and len(words) > 1 and words[-2] in _KEYS else ""


def _is_value(value: str) -> bool:
    """Whether it can be a credential itself: no placeholder, no variable, no place where it is kept, no switch."""
    text = value.strip()
    if text in _KNOWN:
        return True
    if not text or " " in text or has_placeholder(text) or _ELSEWHERE.match(text) or text.casefold() in _NO_VALUES:
        return False
    if "$(" in text or len(set(text)) < 3:
        return False
    # `db-password` is the name of a key that holds one, `DB_PASSWORD` that of a variable.
    return not (re.fullmatch(r"[a-z]+(?:[-_.][a-z]+)+|[A-Z]+(?:_[A-Z]+)+", text) and is_sensitive(text))


def is_known(value: str) -> bool:
    """Whether everybody would try it first."""
    return value.casefold() in _KNOWN or value.startswith(KNOWN)


def looks_random(value: str) -> bool:
    """Whether the text, or 16 or more letters and digits in a row of it, was drawn and not written by a person."""
    if RANDOM in value:
        return True
    for run in _RUN.findall(value):
        digits = sum(character.isdigit() for character in run)
        if digits >= 2 and len(run) - digits >= 2 and _entropy(run) >= _LEAST_ENTROPY:
            return True
    uuid = re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None
    return uuid and _entropy(value) >= _LEAST_ENTROPY


def _entropy(text: str) -> float:
    """Bits for each character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
