"""A credential of the input stands nowhere in the output: in no format, no message, no page, in clear or in base64."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.estates import report

from seawall.reports import explain
from seawall.reports.formats import FORMATS
from seawall.reports.style import Style
from seawall.rules.catalog import catalog

_LETTERS = string.ascii_letters + string.digits


def _drawn(seed: int) -> str:
    """Drawn evenly, and not by Hypothesis, which likes `000000`: such a text stands in many outputs by chance."""
    chance = random.Random(seed)
    prefix, letters, length = chance.choice(
        [("AKIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), ("ghp_", _LETTERS, 36), ("zQ9", _LETTERS, 24)]
    )
    return prefix + "".join(chance.choices(letters, k=length))


CREDENTIALS = st.integers(0, 2**32).map(_drawn)
"""Two of known shapes, one that only its place gives away."""

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
"""
BOX = POD + "  - name: web\n    image: registry.example/web\n"
META = "metadata: {name: web, namespace: shop}\n"

RECOGNISED = {
    "env": BOX + "    env:\n    - name: DB_PASSWORD\n      value: %s\n",
    "env on one line": POD + "  - {name: web, image: nginx, env: [{name: DB_PASSWORD, value: %s}]}\n",
    "pod on one line": "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true, containers: "
    "[{name: web, image: nginx, ports: [{hostPort: 80}], env: [{name: DB_PASSWORD, value: %s}]}]}}\n",
    "json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": '
    '[{"name": "web", "securityContext": {"privileged": true}, "env": [{"name": "DB_PASSWORD", "value": "%s"}]}]}}',
    "address": BOX + "    env: [{name: DATABASE_URL, value: 'postgres://cart:%s@db.example/cart'}]\n",
    "argument": BOX + "    args: [--password=%s, --verbose]\n",
    "two arguments": BOX + "    args: ['--db-password', '%s']\n",
    "script": BOX + "    command:\n    - sh\n    - -c\n    - |\n      set -e\n      export DB_PASSWORD=%s\n      run\n",
    "config map": "apiVersion: v1\nkind: ConfigMap\n" + META + "data:\n  app.properties: |\n    password=%s\n",
    "config map's key": "apiVersion: v1\nkind: ConfigMap\n" + META + "data: {db-password: %s}\n",
    "annotation": "apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {db-password: %s}}\nspec: {}\n",
    "stringData": "apiVersion: v1\nkind: Secret\n" + META + "stringData:\n  password: %s\n",
    "unknown field": "apiVersion: v1\nkind: Secret\n"
    + META
    + "stringdata: {password: %s}\nstringData: {password: %s}\n",
}
"""Places where a rule is to recognise the credential."""

AROUND = {
    "env in place of a list": BOX + "    env: DB_PASSWORD=%s\n",
    "env's value in a list": BOX + "    env: [{name: DB_PASSWORD, value: [%s]}]\n",
    "a mapping of env": BOX + "    env: {DB_PASSWORD: %s}\n",
    "args in place of a list": BOX + "    args: --password=%s\n",
    "data that is no mapping": "apiVersion: v1\nkind: Secret\n" + META + "data: %s\n",
    "stringData that is a list": "apiVersion: v1\nkind: Secret\n" + META + "stringData: [%s]\n",
    "a value under a wrong type": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: {inner: %s}}\n",
    "a placeholder beside it": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: '%s${SUFFIX}'}\n",
    "a placeholder in env": BOX + "    env: [{name: DB_PASSWORD, value: '%s-{{ .Values.x }}'}]\n",
    "data that is no base64": "apiVersion: v1\nkind: Secret\n" + META + "data: {password: '%s!'}\n",
    "a tag that does not fit": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: !!int %s}\n",
    "a time that is none": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: !!timestamp %s}\n",
    "an open quote": "apiVersion: v1\nkind: Secret\n" + META + 'stringData: {password: "%s\n',
    "a colon too many": "apiVersion: v1\nkind: Secret\n" + META + "stringData:\n  password: %s: x\n",
    "a separator": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {a: b}\n--- {password: %s}\n",
    "an alias": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: *%s}\n",
    "broken json": '{"apiVersion": "v1", "kind": "Secret", "stringData": {"password": "%s}}',
    "a key twice": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: %s, password: %s}\n",
    "a probe's header": BOX + "    livenessProbe:\n      httpGet: {host: 10.0.0.1, port: 80, httpHeaders: "
    "[{name: Authorization, value: 'Bearer %s'}]}\n",
    "a probe's command": BOX + "    livenessProbe: {exec: {command: [curl, -u, 'admin:%s', localhost]}}\n",
    "an ingress snippet": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
    '    nginx.ingress.kubernetes.io/configuration-snippet: proxy_set_header X-Api-Key "%s";\nspec: {}\n',
    "a custom resource": "apiVersion: example.com/v1\nkind: Thing\n" + META + "spec: {template: {spec: {containers: "
    "[{name: web, image: nginx, env: [{name: DB_PASSWORD, value: %s}]}]}}}\n",
    "a custom resource of a wrong type": "apiVersion: example.com/v1\nkind: Thing\n" + META + "spec: {template: {spec: "
    "{containers: [{name: web, image: nginx, env: {DB_PASSWORD: %s}, args: '--password=%s'}]}}}\n",
    "a reference to a Secret beside it": POD + "  - {name: web, image: nginx, env: [{name: DB_PASSWORD, value: %s}, "
    "{name: OTHER, valueFrom: {secretKeyRef: {name: web, key: password}}}]}\n",
    "last applied": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n  annotations:\n    "
    "kubectl.kubernetes.io/last-applied-configuration: |\n      "
    '{"apiVersion":"v1","kind":"Secret","stringData":{"password":"%s"}}\nstringData: {}\n',
}
"""Places beside it where a message might repeat it."""


def everything(text: str) -> Iterator[tuple[str, str]]:
    """Each form of output for a text: all formats, wide and narrow, and the page of each rule that has a finding."""
    said = report({"in.yaml": text})
    for name, form in FORMATS.items():
        yield name, "".join(form(said, Style(width=400)))
    yield "narrow terminal", "".join(FORMATS["terminal"](said, Style(width=40)))
    for rule in catalog():
        rows = [row for row in said.findings if row.finding.rule.id == rule.id]
        if rows:
            own = msgspec.structs.replace(said, findings=tuple(rows))
            yield f"explain {rule.id}", "\n".join(explain.render(rule, own, Style(width=200)))


def assert_absent(secret: str, text: str) -> None:
    # A part of the base64 text that no neighbour of the secret can change, for each of the three ways to be aligned.
    shifted = [base64.b64encode(b"\0" * shift + secret.encode()).decode()[4:-4] for shift in range(3)]
    needles = [secret, secret[:12], secret[-12:], *(part[:12] for part in shifted)]
    for name, output in everything(text):
        flat = output.replace("\\n", "").replace("\n", "")
        for needle in needles:
            assert needle not in flat, (
                f"{name} shows the credential: {output[max(output.find(needle) - 200, 0) :][:500]}"
            )


@pytest.mark.parametrize("place", RECOGNISED)
@settings(max_examples=5, deadline=None)
@given(secret=CREDENTIALS)
def test_a_recognised_credential_is_told_but_not_shown(place: str, secret: str) -> None:
    text = RECOGNISED[place].replace("%s", secret)

    rules = {row.finding.rule.id for row in report({"in.yaml": text}).findings if row.finding.evidence.secret}

    if place != "two arguments" or not secret.startswith("zQ9"):
        assert rules, "no rule has seen it"
    assert_absent(secret, text)


@settings(max_examples=5, deadline=None)
@given(secret=CREDENTIALS)
def test_base64_is_no_disguise(secret: str) -> None:
    data = base64.b64encode(secret.encode()).decode()

    assert_absent(secret, f"apiVersion: v1\nkind: Secret\n{META}data:\n  password: {data}\n")
    assert_absent(secret, f"apiVersion: v1\nkind: Secret\n{META}data: {{password: {data}}}\n")


@pytest.mark.parametrize("place", AROUND)
@settings(max_examples=5, deadline=None)
@given(secret=CREDENTIALS)
def test_a_message_about_what_is_wrong_repeats_no_credential(place: str, secret: str) -> None:
    assert_absent(secret, AROUND[place].replace("%s", secret))
