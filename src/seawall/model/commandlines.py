"""Recognises credentials on command lines: as the value of a flag, and where well-known programs take a password.

Like `seawall.model.secrets` it tells their kind only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from seawall.core import Unknown
from seawall.model.secrets import Credential, credential, credential_in, credential_in_header, is_reference

_MYSQL: Final = frozenset(
    f"{name}{tail}" for name in ("mysql", "mariadb") for tail in ("", "admin", "-admin", "dump", "-dump", "check")
)
_GLUED: Final = {"-p": _MYSQL}
"""Flag that the password follows without a space -> programs that read it so."""
_APART: Final = {
    "-a": frozenset({"redis-cli", "valkey-cli"}),
    "-p": frozenset({"mongo", "mongosh", "mongodump", "mongorestore", "sshpass"}),
    "-w": frozenset({"ldapsearch", "ldapmodify", "ldapadd", "ldapwhoami"}),
}
"""Flag before a password -> programs for which it is one."""
_LOGINS: Final = {"-u": frozenset({"curl"}), "--user": frozenset({"curl"})}
"""Flag before `user:password` -> programs for which it is one."""
_PROGRAMS: Final = frozenset[str]().union(*_GLUED.values(), *_APART.values(), *_LOGINS.values())
_WORD: Final = re.compile(r"""(?:[^\s"';|&()]|"[^"]*"|'[^']*')+|[;|&()]""")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_SEPARATORS: Final = frozenset(";|&()")
_HEADER: Final = re.compile(r"""\b((?:Proxy-)?Authorization):\s*((?:Basic|Bearer)\s+[^\s"']+)""", re.IGNORECASE)


def credentials_in_words(words: Sequence[object]) -> Iterator[tuple[int, Credential]]:
    """(index, kind) of each word of a command line that holds a credential; a word may be a script of a shell."""
    program, flag = "", ""
    for index, word in enumerate(words):
        if isinstance(word, Unknown) or not isinstance(word, str):
            flag = ""
            continue
        if found := credential_at(program, flag, word):
            yield index, found
        program, flag = after(program, word)


def credential_at(program: str, flag: str, word: str) -> Credential | None:
    """What a word of a command line holds behind a program and a flag; either is empty where there is none."""
    return _of_flag(flag, word) or _in_word(word) or _of_program(program, flag, word)


def after(program: str, word: str) -> tuple[str, str]:
    """The program and the flag that the word behind this one stands behind."""
    return _program(word) or program, _flag(word)


def _of_flag(flag: str, word: str) -> Credential | None:
    return credential(flag, word) if flag and not word.startswith("-") else None


def _in_word(word: str) -> Credential | None:
    if found := credential_in(word):
        return found
    if match := _HEADER.search(word):
        return credential_in_header(match[1], match[2])
    return _in_script(word) if any(character.isspace() for character in word) else None


def _in_script(text: str) -> Credential | None:
    """A credential in a line of a shell script; the words of its prose are none, so that a flag's needs a digit."""
    for line in text.splitlines():
        program, flag = "", ""
        for word in _WORD.findall(_COMMENT.sub("", line)):
            bare = word.strip("\"'")
            if word in _SEPARATORS:
                program, flag = "", ""
                continue
            found = _of_flag(flag, bare) if any(character.isdigit() for character in bare) else None
            if found := found or _of_program(program, flag, bare):
                return found
            program, flag = _program(bare) or program, _flag(bare)
    return None


def _of_program(program: str, flag: str, word: str) -> Credential | None:
    """What a program takes as a password under a flag whose name does not say so."""
    return _password(word[_password_start(program, flag, word) :])


def _password_start(program: str, flag: str, word: str) -> int:
    """Where the password begins that a program takes from a word, which is at its end where it takes none."""
    for short, programs in _GLUED.items():
        if program in programs and word.startswith(short) and not word.startswith("--"):
            return len(short)
    if program in _APART.get(flag, ()):
        return 0
    login = word if program in _LOGINS.get(flag, ()) else ""
    if program in _LOGINS["-u"] and word.startswith("-u"):
        login = word.removeprefix("-u")
    return len(word) - len(login.partition(":")[2])


def _password(value: str) -> Credential | None:
    bare = value.strip("\"'")
    return None if is_reference(bare) else Credential("a password", sure=False)


def _program(word: str) -> str:
    """The program that a word starts, if it is one of those known here."""
    name = word.rpartition("/")[2]
    return name if name in _PROGRAMS else ""


def _flag(word: str) -> str:
    return word if word.startswith("-") and "=" not in word else ""
