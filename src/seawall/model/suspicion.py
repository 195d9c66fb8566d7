"""Tells what may be a credential: far more than `secrets` takes for one, since here a doubt only costs a value.

Nothing here decides a verdict. A snapshot leaves out what this calls suspicious.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final

from seawall.model.secrets import looks_random

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_TELLING: Final = frozenset(
    {
        *("auth", "authorization", "authentication", "bearer", "cipher", "conn", "connection", "connstr", "cookie"),
        *("cred", "creds", "dsn", "encryption", "hmac", "jwk", "jwt", "key", "keys", "keystore", "kubeconfig"),
        *("license", "licence", "login", "logins", "mnemonic", "nonce", "otp", "pass", "pepper", "pin", "private"),
        *("psk", "pw", "pwd", "salt", "sas", "seed", "session", "sig", "signature", "totp", "unseal", "webhook"),
    }
)
"""Words of names under which secrets stand."""
_PARTS: Final = re.compile(
    r"pass|pwd|pw$|stringdata|secret|token|credential|apikey|(?:access|private|shared|master)key"
)
"""Parts of words likewise: many names are written without a break, `pgpassword`."""
_ABOUT: Final = frozenset(
    {
        *("algorithm", "audience", "class", "count", "dir", "directory", "domain", "enabled", "endpoint", "expiration"),
        *("expiry", "file", "filename", "header", "host", "hostname", "interval", "issuer", "kind", "length", "method"),
        *("minutes", "mode", "mount", "name", "names", "namespace", "path", "policy", "port", "prefix", "provider"),
        *("ref", "seconds", "selector", "size", "timeout", "ttl", "type", "uri", "url", "version"),
    }
)
"""Last words of names whose values say something about a secret: `TOKEN_FILE`, `secretName`."""
_DIGESTS: Final = re.compile(r"checksum|digest|fingerprint|hash|revision|commit|sha\d*", re.IGNORECASE)

_FILLED_IN: Final = re.compile(
    r"\$\([\w.-]*\)|\$\{[\w.]*\}|\$[A-Za-z_]\w*|\{\{[\s.$\w-]*\}\}|<[A-Za-z][A-Za-z_ -]*>|@?sha256:[0-9a-f]{64}\b"
)
"""What is no secret in a text: names of variables, blanks to fill in, digests."""
_WORD_FOR_IT: Final = re.compile(
    r"pass(?:w|phrase|code|_|-|\b)|pwd|secret|token|credential|bearer|basic\s|private|\bpin\b|\bauth\b"
    r"|(?:api|access|account|client|data|encryption|master|shared|signing|license)[\s._-]?key|_key\b|\bkey\s*[=:]"
    r"|\b(?:cred|creds|dsn|jwt|psk|salt|seed|sig|sas|session|signature|cookie|login|otp)\s*[=:]"
    r"|begin [a-z ]{0,30}key|identified\s+by|\b(?:chpasswd|htpasswd|kinit|rabbitmqctl|sshpass)\b|\bmc\s+alias\b"
    r"|\{S?SHA\d*\}",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    r"""://[^\s/?#@]{0,200}:(?!\d+(?:[/?#,\s"']|$))[^@]{1,400}@|://[^\s/?#]{0,400}:\S{1,400}@|://[^\s/@:]{8,400}@
    |(?:^|[\s"'=])[^\s:/@]{1,200}:[^\s/@]{3,400}@[\w\[]|\w/[^\s/@]{3,400}@//?\w""",
    re.VERBOSE,
)
"""`scheme://user:password@host`, `scheme://token@host`, `user:password@host`, `user/password@//host`.

Lengths are bounded here and below so that no text takes long.
"""
_FLAGGED: Final = re.compile(r"(?:^|\s)-(?:p|P|u|U|a|k|w|W)\s*(?![\s/.-])(?!\d+(?::\d+)?(?:\s|$))[^\s;|&]{3,}")
"""A short flag in a script under which many programs take a user or a password, and its value."""
_SHORT: Final = frozenset({"-p", "-P", "-u", "-U", "-a", "-k", "-w", "-W"})
_HASHED: Final = re.compile(r"\$(?:apr1|argon2\w*|[1256y]|2[aby])\$[\w./]")
_TAKING: Final = frozenset({"chpasswd", "htpasswd", "kinit", "mc", "rabbitmqctl", "sshpass", "vault"})
_USER: Final = re.compile(r"users?(?:name)?$", re.IGNORECASE)
_PAIR: Final = re.compile(r"[^\s:]+:(?!\d+$|serviceaccount|node:)[^\s:]+")
"""`name:password`; not `1000:1000` and `system:serviceaccount:...`."""
_GLUED: Final = re.compile(r"-[pPuUakwW](?=.*[^A-Za-z-])(?!\d+$)[^=\s-]\S{2,}")

_RUN: Final = re.compile(r"[A-Za-z0-9]{8,}")
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{10,}+={1,2}(?![\w=])|[A-Za-z0-9+/]{40,}")
_PADDED: Final = re.compile(
    r"(?<![\w+/-])(?=\S{0,90}[a-z])(?=\S{0,90}[A-Z])(?:[A-Za-z0-9+/]{4})+[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]=(?![\w=])"
)
_STRONG: Final = re.compile(
    r"(?<!\S)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*[!#$^*?~%&])[^\s/=:,;\"'(){}\[\]]{8,}(?!\S)"
)
"""What rules for passwords ask for: letters of both cases, a digit and a sign."""
_PHRASE: Final = re.compile(r"(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){12})?[a-z]{3,8}")
"""The twelve or twenty-four words of a wallet (BIP 39)."""
_LOWER, _LONG, _LONGEST = 10, 20, 32
"""Lengths from which a run of letters and digits is taken for drawn: of one case with digits, of letters in both cases,
of any letters."""

_WITH_DIGITS, _SHORT_PIECES, _LEAST_DIGITS = 2.6, 3.2, 3
"""Letters a piece under which a run is drawn: `Http2Server` has 3.7, what is drawn fewer than two."""

_PLAIN: Final = re.compile(r"[a-z]+(?:[-_./:][a-z]+)*|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+(?:_[A-Z]+)*")
"""An identifier made of words only."""
_NAME: Final = re.compile(r"[A-Za-z0-9*](?:[\w./:*-]*[A-Za-z0-9*])?(?:,[\w./:*-]+)*")
_PATH: Final = re.compile(r"(?:~|\.{0,2})/?(?:[\w.@%-]+/)+[\w.@%*-]*|/[a-z]+")
_ABSOLUTE: Final = re.compile(r"(?:~|\.{0,2})/[\w.@%-]+(?:/[\w.@%*-]+)+/?")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[\w.\[\]:*-]+(?:/[\w./%*~-]*)?", re.IGNORECASE)
_SAYS_NOTHING: Final = frozenset(
    {
        *("", "0", "1", "always", "auto", "disabled", "enabled", "false", "never", "nil", "no", "none", "null", "off"),
        *("on", "optional", "redacted", "required", "true", "yes"),
    }
)
_DURATION: Final = re.compile(r"(?:\d+(?:ns|us|ms|s|m|h|d))+")


def may_be_secret(text: str, *names: str) -> bool:
    """Whether a text may be or hold a credential, by what it looks like, or by what it stands under or beside."""
    bare = _FILLED_IN.sub("", text).strip()
    if bare.casefold() in _SAYS_NOTHING or _DURATION.fullmatch(bare):
        return False
    if _HASHED.search(text) or _has_telling_content(bare, names):
        return True
    return any(_gives_away(name, bare) for name in names if name)


def takes_secrets(program: str) -> bool:
    """Whether the words behind a program of this name are often secrets, without a flag that says so."""
    return program.rpartition("/")[2] in _TAKING


@functools.lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether secrets may stand under a name: `PIN`, `PWD_DB`, `client-key-data`; not `TOKEN_FILE`, `secretName`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and words[-1].isdecimal():
        words.pop()
    if not words or words[-1] in _ABOUT:
        return False
    return any(word in _TELLING or _PARTS.search(word) for word in words) or _PARTS.search("".join(words)) is not None


def is_glued_password(word: str) -> bool:
    """Whether a word of a command line may be a short flag and the password for it: `-phunter2`."""
    return _GLUED.fullmatch(word) is not None


def looks_drawn(text: str) -> bool:
    """Whether a run of letters and digits in a text looks like one that nobody would think of."""
    if any(map(_is_drawn, _RUN.findall(text))) or looks_random(text):
        return True
    if _PADDED.search(text) or _STRONG.search(text) or _PHRASE.fullmatch(text.strip()):
        return True
    return any(_letters_a_piece(found) < _SHORT_PIECES for found in _BASE64.findall(text))


def _letters_a_piece(run: str) -> float:
    """How long the words of a run are; what is written by people has longer ones than what is drawn."""
    return len(run) / max(len(_WORDS.findall(run)), 1)


def _has_telling_content(bare: str, names: Iterable[str]) -> bool:
    if _LOGIN.search(bare):
        return True
    if not any(map(_DIGESTS.search, names)) and looks_drawn(bare):
        return True
    if _is_harmless(bare):
        return False
    return _WORD_FOR_IT.search(bare) is not None or (" " in bare and _FLAGGED.search(bare) is not None)


def _gives_away(name: str, bare: str) -> bool:
    """Whether a value is suspicious because of its name; an address, and a path of several parts, are not."""
    if name in _SHORT:
        return not (bare.replace(":", "").isdecimal() or _is_place(bare))
    if _USER.search(name) and _PAIR.fullmatch(bare):
        return True
    return is_secret_name(name) and not _is_place(bare)


def _is_place(bare: str) -> bool:
    return (_URL.fullmatch(bare) or _ABSOLUTE.fullmatch(bare)) is not None


def _is_harmless(bare: str) -> bool:
    """Whether it is one name, path or address, in which a word such as `token` is only a part of a name."""
    return (_NAME.fullmatch(bare) or _PATH.fullmatch(bare) or _URL.fullmatch(bare)) is not None


def _is_drawn(run: str) -> bool:
    if _PLAIN.fullmatch(run) and len(run) < _LONG:
        return False
    mean = _letters_a_piece(run)
    digits, lower, upper = (any(map(kind, run)) for kind in (str.isdigit, str.islower, str.isupper))
    if digits and lower and upper:
        return mean < _WITH_DIGITS
    if digits and (lower or upper):
        return len(run) >= _LOWER and mean < _WITH_DIGITS and sum(map(str.isdigit, run)) >= _LEAST_DIGITS
    if lower and upper:
        return len(run) >= _LONG and mean < _SHORT_PIECES
    return (lower or upper) and len(run) >= _LONGEST
