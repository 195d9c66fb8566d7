r"""A container runs an SSH server.

Why: it is a second way in, with its own keys and passwords, past the API server's authentication, authorization and
    audit log; what is done through it leaves no trace in the cluster.
Instead: use `kubectl exec` or `kubectl debug`, which are authorized and logged. (Git over SSH is a service of its own:
    accept the finding with that reason.)
Breaks: people and scripts that log in over SSH.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..containerPort}{"\n"}{end}'
Source: Microsoft Threat Matrix for Kubernetes, "SSH server running inside container".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Container
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_SERVER = re.compile(r"(?:^|[/\s;&|])(?:sshd|dropbear)(?:$|[\s;&|])")
_IMAGE = re.compile(r"(?:^|[/_-])(?:sshd|openssh(?:-server)?|dropbear)(?=$|[:@])")


def check(container: Container) -> Iterator[Evidence]:
    ports = container.spec.get("ports")
    if isinstance(ports, Unknown):
        yield unsure(ports, "ports")
    for index, port in items(ports):
        number = dig(port, "containerPort")
        where = ("ports", index, "containerPort")
        if isinstance(number, Unknown):
            yield unsure(number, *where)
        elif isinstance(number, (int, float)) and number == 22:
            yield fail("opens port 22, the port of SSH; use kubectl exec or kubectl debug", *where, value=22)
            return
    image = container.spec.get("image")
    if isinstance(image, str) and ("ssh" in image or "dropbear" in image) and _IMAGE.search(image):
        yield fail(f"runs {image}, an SSH server; use kubectl exec or kubectl debug", "image")
        return
    for key in ("command", "args"):
        words = container.spec.get(key)
        if isinstance(words, Unknown):
            yield unsure(words, key)
        if any(isinstance(word, str) and _starts_server(word) for _, word in items(words)):
            yield fail(f"starts an SSH server in its {key}; use kubectl exec or kubectl debug", key)
            return


def _starts_server(word: str) -> bool:
    return ("sshd" in word or "dropbear" in word) and _SERVER.search(word) is not None


RULE = Rule(
    id="ssh-in-container",
    on=Container,
    check=check,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="ports: [{containerPort: 2222}, {containerPort: 80}]"),
        passes(container="command: [ssh, -N, -L, '5432:db:5432', bastion.example]"),
        fails(
            container="ports: [{containerPort: 22}, {containerPort: 8080}]",
            at="spec.containers[0].ports[0].containerPort",
            instead="ports: [{containerPort: 8080}]",
        ),
        fails(container="image: lscr.io/linuxserver/openssh-server:9.7", at="spec.containers[0].image"),
        fails(container="command: [sh, -c, '/usr/sbin/sshd -D']", at="spec.containers[0].command"),
        unknown(container="ports: [{containerPort: '${PORT}'}]"),
        unknown(container="ports: '${PORTS}'"),
        unknown(container="command: '${COMMAND}'"),
    ),
)
