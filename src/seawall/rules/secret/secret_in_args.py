"""A credential stands in a container's command line.

Why: besides everyone who may read the manifest, every process of the node's user sees a command line in `ps`, and
    many programs log it when they start.
Instead: replace the credential, keep the new one in a Secret, and let the program read a mounted file; where it takes
    a flag only, write `--password=$(DB_PASSWORD)` with a variable that comes from a Secret.
Breaks: whatever still uses the old credential once it is replaced.
Check: kubectl get deployments -A -o yaml | grep -iE -- '--?[a-z-]*(password|token|secret|key)[= ]'
Source: kubernetes.io "Good practices for Kubernetes Secrets"; MITRE ATT&CK T1552.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, items
from seawall.model import Container
from seawall.model.secrets import Credential, credential, credential_in
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    for field in ("command", "args"):
        words = container.spec.get(field)
        if isinstance(words, Unknown):
            yield unsure(words, field)
        flag = ""
        for index, word in items(words):
            if isinstance(word, Unknown):
                yield unsure(word, field, index)
            elif isinstance(word, str):
                if found := _found(flag, word):
                    yield leak(found, "its command line", "read it from a mounted Secret", field, index)
                flag = word if word.startswith("-") and "=" not in word else ""


def _found(flag: str, word: str) -> Credential | None:
    """A credential in one word of a command line; `flag` is the flag before it, for `--password hunter2`."""
    if flag and not word.startswith("-") and (found := credential(flag, word)):
        return found
    return credential_in(word)


RULE = Rule(
    id="secret-in-args",
    on=Container,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(container="args: [--password=$(DB_PASSWORD), --token-file=/run/token]"),
        passes(container="args: ['--password', '$(DB_PASSWORD)', --secret-name, cart-db-1a2b3c4d5e6f7a8b]"),
        passes(container="args: [--password-file, hunter2, --secure]"),
        fails(
            container="args: [--user=cart, --password=hunter2]",
            at="spec.containers[0].args[1]",
            instead="args: [--user=cart, --password-file=/run/secrets/db/password]",
        ),
        fails(container="args: [--db-password, hunter2]", at="spec.containers[0].args[1]"),
        fails(
            container="command: [sh, -c, 'export DB_PASSWORD=hunter2; exec /app/server']",
            at="spec.containers[0].command[2]",
        ),
        fails(container="args: ['--database=postgres://cart:hunter2@db/shop']"),
        unknown(container="args: '${ARGS}'"),
    ),
)
