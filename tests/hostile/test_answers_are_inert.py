"""Names of an input are text in every answer of every command: no escape code, no markup, no mention, no formula."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.hostile.test_output_is_inert import EVIL

from seawall.cli.main import cli

RBAC = "rbac.authorization.k8s.io"
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066\u2028\u2029\U000e0041]")
MARKUP = re.compile(r"@everyone|(?<!\\)(?:&commat;|<script|`code|\|cell)|!\[x\]\(")
FORMULA = ("=", "+", "-", "@", "\t", "＝")
ALL = ("terminal", "markdown", "csv", "json", "dot")
QUESTIONS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("access", "TEXT", "-f", "NEW", "--estate"): ("terminal", "markdown", "csv", "json"),
    ("can", "user:TEXT", "get", "secrets", "--why", "-f", "NEW", "--estate"): ("terminal", "json"),
    ("who-can", "get", "secrets", "--why", "-f", "NEW", "--estate"): ("terminal", "json"),
    ("reach", "--matrix", "-f", "NEW", "--estate"): ALL,
    ("reach", "--diff", "OLD", "NEW", "--estate"): ("terminal", "markdown", "json"),
    ("exposed", "--why", "-f", "NEW", "--estate"): ("terminal", "markdown", "csv", "json"),
    ("layers", "NEW", "--estate"): ("terminal", "markdown", "json"),
    ("diff", "OLD", "NEW", "--estate", "--everything"): ("terminal", "markdown", "json"),
}


def estate(text: str) -> list[dict[str, Any]]:
    """Objects in which the text is every name, label, host, path and range."""
    own = {"name": text, "namespace": text}
    binding = {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": own}
    subjects = [{"kind": "User", "name": text}, {"kind": "ServiceAccount", **own}]
    container = {"name": text, "image": text, "ports": [{"name": text, "containerPort": 80, "hostPort": 80}]}
    template = {"metadata": {"labels": {"a": text}}, "spec": {"serviceAccountName": text, "containers": [container]}}
    ports = [{"port": 80, "targetPort": text}]
    balancer = {"type": "LoadBalancer", "selector": {"a": text}, "loadBalancerSourceRanges": [text], "ports": ports}
    backend = {"service": {"name": text, "port": {"number": 80}}}
    policy = {"podSelector": {}, "ingress": [{"from": [{"podSelector": {"matchLabels": {"a": text}}}]}]}
    rule = {"apiGroups": ["", text], "resources": ["secrets", text], "resourceNames": [text], "verbs": ["get", text]}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": text}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": own, "spec": {"template": template}},
        {"apiVersion": "v1", "kind": "Service", "metadata": own, "spec": balancer},
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": own,
            "spec": {"rules": [{"host": text, "http": {"paths": [{"path": text, "backend": backend}]}}]},
        },
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": own, "spec": policy},
        {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": text}, "rules": [rule]},
        {**binding, "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": text}, "subjects": subjects},
    ]


@pytest.mark.parametrize("text", EVIL)
def test_no_answer_repeats_what_a_name_may_do(text: str, tmp_path: Path) -> None:
    objects = estate(text)
    folders = {"OLD": objects[:2], "NEW": objects}
    for name, held in folders.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": held}))
    stand_ins = {name: str(tmp_path / f"{name}.json") for name in folders}
    for words, forms in QUESTIONS.items():
        asked = [stand_ins.get(word, word.replace("TEXT", text)) for word in words]
        for form in forms:
            said = CliRunner().invoke(cli, [*asked, "-o", form], standalone_mode=False).stdout
            assert not HIDDEN.search(said.replace("\r\n", "\n")), (words, form)
            if form == "markdown":
                assert not MARKUP.search(said), words
            if form == "csv":
                cells = [cell for row in csv.reader(io.StringIO(said, newline="")) for cell in row]
                assert not any(cell.startswith(FORMULA) for cell in cells), words
