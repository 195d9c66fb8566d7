"""A credential of the input stands nowhere in a snapshot of it, and what is found of the snapshot is the same."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hostile.test_secrets_stay_secret import AROUND, BOX, CREDENTIALS, META, RECOGNISED
from tests.properties.test_snapshots import said, stored

from seawall.app.load import Input, load
from seawall.model.withhold import Withholder

MORE = {
    "base64 in a Secret": "apiVersion: v1\nkind: Secret\n" + META + "data: {password: %b}\n",
    "a Secret in a List": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}, "
    "stringData: {note: %s}}\n",
    "a list of Secrets": "apiVersion: v1\nkind: SecretList\nitems:\n- {metadata: {name: a}, data: {note: %b}}\n",
    "bytes in a ConfigMap": "apiVersion: v1\nkind: ConfigMap\n" + META + "binaryData: {config: %p}\n",
    "a number beside it": BOX + "    env: [{name: DB_PASSWORD, value: 1234567890123}, {name: TOKEN, value: %s}]\n",
    "options of a volume": BOX + "  volumes: [{name: v, csi: {driver: d, volumeAttributes: {password: %s}}}]\n",
    "a custom resource's values": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    + META
    + "spec: {values: {db: {password: %s}}}\n",
    "a webhook's address": "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
    + META
    + "webhooks: [{name: a.example.com, clientConfig: {url: 'https://user:%s@hooks.example.com/x'}}]\n",
    "a relaxation": "# seawall: relax host-pid password=%s\n" + BOX,
    "last applied by Rancher": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n  annotations:\n    "
    "objectset.rio.cattle.io/applied: %b\n",
    "mysql": BOX + "    command: [mysql, -h, db, '-p%s']\n",
    "curl": BOX + "    command: [sh, -c, 'curl -u \"admin:%s\" https://example.com/ && echo done']\n",
    "a header in a script": BOX
    + "    command: [sh, -c, 'curl -H \"Authorization: Bearer %s\" https://example.com/']\n",
}


CONFIG = "apiVersion: v1\nkind: ConfigMap\n" + META + "data:\n"
RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n" + META + "spec: {values: {%s}}\n"
NOTED = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    %s\nspec: {}\n"


def _env(**values: str) -> str:
    return BOX + f"    env: {json.dumps([{'name': name, 'value': value} for name, value in values.items()])}\n"


def _args(*words: str, field: str = "args") -> str:
    return BOX + f"    {field}: {json.dumps(words)}\n"


KEY = base64.b64encode(b"-----BEGIN EC " + b"PRIVATE KEY-----\nabcdTAILtail\n-----END").decode()

LEAKED = {
    "&": _args("--password=abc&3xyzTAIL1"),
    ";": _args("--dsn=user=a;password=abc123;TAIL2q9Z"),
    "blank": _args("--passphrase=pass phrase TAIL3"),
    "two words": _args("--password", "pass phrase TAIL3"),
    ",": _args("--password=a,b,TAIL4"),
    "quoted": _args('--password="Corr3ct#H0rse TAIL5"'),
    "line break": _args("--password=abc123\nTAIL6"),
    "@": _env(DATABASE_URL="postgres://u:p@TAIL7w0rd9@db"),
    "/": _env(DATABASE_URL="postgres://u:pa/TAILx7@db/x"),
    "no scheme": _env(DATABASE="user:TAILpw@db:5432"),
    "a token alone": _args("--repo=https://TAILabcdef12@git.example/x"),
    "YAML": _env(CONFIG="host: db\npassword: word TAILD9\n"),
    "JSON": _env(CONFIG='{"host": "db", "pin": "TAIL"}'),
    "a login": _args("-u", "admin:TAIL9x9Kq2Lm"),
    "a flag": _args("tool", "-p", "pl4inTAIL"),
    "glued": _args("tool", "-pl4inTAIL"),
    "in a script": _args("sh", "-c", "tool -p 'pl4inTAIL' -v", field="command"),
    "a server in a script": _args("sh", "-c", "export PASSWORD=x1TAIL; exec /usr/sbin/sshd -D", field="command"),
    "beside a word": _args("set", "password", "TAIL"),
    "connection": _env(DB="Server=db;User Id=sa;Password=MsTAILPw123;"),
    "a key in base64": _env(CERT=KEY),
    "kubeconfig": CONFIG + "  config: |\n    users:\n    - user:\n        client-key-data: TAIL\n",
    "under two keys": CONFIG + "  db: |\n    host: db\n    pwd = TAIL\n",
    **{f"{name}": _env(**{name: "TAIL"}) for name in ("KEY", "PWD_DB", "PIN", "PASS", "TOKEN", "AUTH", "PGPASSWORD")},
    "a number": BOX + "    env: [{name: PIN, value: 7531864209}]\n",
    "random": _env(NOTE="qX7TAILw9Lp3zR5t"),
    "hex": _env(NOTE="9f86d0818TAIL84c7d659a2feaa0c55ad015a3bf4f1b"),
    "an annotation": NOTED % "a.example/pin: TAIL",
    "an annotation with a tail": NOTED % "a.example/config: 'token=abcdef123 TAIL'",
    "a reason": NOTED % "seawall.dev/relax.host-pid: 'the password is TAIL; until=2999-01-01'",
    "another's reason": NOTED % "checkov.io/skip1: 'CKV_K8S_17=password: TAIL'",
    "values": RELEASE % "auth: {pin: TAIL}, db: {connection: 'a TAIL'}",
    "below a name": RELEASE % "db: {password: {value: TAIL}}, store: {credentials: {data: {a: TAIL}}}",
    "a parameter": RELEASE % "params: [{name: pin, default: TAIL}]",
    "a schema's default": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: things.a.example}\n"
    "spec: {group: a.example, scope: Namespaced, names: {kind: Thing, plural: things}, "
    "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: "
    "{password: {type: string, default: TAIL}}}}}]}\n",
    "an event": "apiVersion: v1\nkind: Event\n" + META + "message: login with password TAIL failed\n",
    "behind a program": _args("htpasswd", "-b", "/tmp/x", "me", "TAIL", field="command"),
    "hashed": CONFIG + "  users: me:$apr1$TAILabcd$xyz\n",
    "named by its ConfigMap": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db-password}\ndata: {value: TAIL}\n",
    "a list of values": RELEASE % "passwords: [TAIL, b]",
    "a header": BOX + "    livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: X-Api-Key, value: TAIL}]}}\n",
    "a storage class": "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: p\n"
    "parameters: {adminKey: TAIL}\n",
    "a keystore": "apiVersion: v1\nkind: ConfigMap\n" + META + "binaryData: {a.jks: /u3+7QBBTAIL}\n",
    "no base64": "apiVersion: v1\nkind: ConfigMap\n" + META + "binaryData: {a.jks: /u3+7TAIL}\n",
    "a default": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {password: '${X-TAIL}'}\n",
    "a default of a chart": "apiVersion: v1\nkind: Secret\n" + META + "stringData: {p: '{{ .x | default TAIL }}'}\n",
}
"""What a snapshot held once, or held a part of."""


@pytest.mark.parametrize("place", LEAKED)
def test_a_text_is_kept_whole_or_not_at_all(place: str, tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(
        f"{LEAKED[place]}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop}}\n"
    )
    inventory = load(Input(paths=(str(tmp_path / "in.yaml"),)))

    back = stored(inventory, tmp_path / "snapshot")

    kept = gzip.decompress((tmp_path / "snapshot").read_bytes()).decode()
    assert "TAIL" not in kept
    assert "7531864209" not in kept
    assert base64.b64encode(b"abcdTAIL").decode()[:8] not in kept
    if "reason" not in place:  # what a relaxation says is part of the report
        assert list(said(back)) == list(said(inventory))


KEPT = [
    *(
        "info",
        "true",
        "8080",
        "30s",
        "db.shop.svc.cluster.local:5432",
        "http://web:8080/healthz",
        "/etc/app/config.yaml",
    ),
    *(
        "$(DB_PASSWORD)",
        "${DB_PASSWORD}",
        "postgres://u:$(DB_PASSWORD)@db/cart",
        "10.0.0.0/8",
        "registry.example/web:1.0",
    ),
    *("2024-01-01T00:00:00Z", "en_US.UTF-8", "-Xmx1g -XX:+UseG1GC", "us-east-1", "a,b,c", "v1.2.3", "512Mi"),
    "nginx@sha256:" + "9f86d081884c7d65" * 4,
]


@pytest.mark.parametrize("value", KEPT)
def test_what_is_surely_no_credential_stays(value: str) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "annotations": {"a.example/note": value}}}
    spec = {"containers": [{"name": "a", "env": [{"name": "NOTE", "value": value}], "args": [f"--note={value}"]}]}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"note": value}}
    withholder = Withholder()

    for tree in ({**pod, "spec": spec}, config):
        assert withholder.tree(tree) == tree
    assert withholder.count == 0


TAILS = st.text(st.sampled_from(" &;,@:/\n\t'\"|#=+%()[]{}<>\\"), min_size=1, max_size=3)


@pytest.mark.parametrize("place", ["argument", "two arguments", "env", "script", "config map", "annotation", "address"])
@settings(max_examples=30, deadline=None)
@given(tail=TAILS, quote=st.sampled_from(["", "'", '"']))
def test_nothing_behind_a_credential_is_kept(place: str, tail: str, quote: str) -> None:
    value = f"{quote}hunter22{tail}TAIL{quote}"
    tree = {
        "argument": _container(args=["--password=" + value]),
        "two arguments": _container(args=["--db-password", value]),
        "env": _container(env=[{"name": "DB_PASSWORD", "value": value}]),
        "script": _container(command=["sh", "-c", f"set -e; export DB_PASSWORD={value}; run"]),
        "config map": {"apiVersion": "v1", "kind": "ConfigMap", "data": {"app.ini": f"a=b\npassword={value}\nc=d\n"}},
        "annotation": {"apiVersion": "v1", "kind": "Service", "metadata": {"annotations": {"a/password": value}}},
        "address": _container(env=[{"name": "DB", "value": f"amqp://user:{value}@mq.example/x"}]),
    }[place]

    kept = json.dumps(Withholder().tree(tree))

    assert "TAIL" not in kept
    assert "hunter22" not in kept


def _container(**fields: object) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "web", **fields}]}}


def needles(secret: str) -> list[str]:
    shifted = [base64.b64encode(b"\0" * shift + secret.encode()).decode()[4:-4] for shift in range(3)]
    return [secret, secret[:12], secret[-12:], *(part[:12] for part in shifted)]


@pytest.mark.parametrize("place", [*RECOGNISED, *AROUND, *MORE])
@settings(max_examples=6, deadline=None)
@given(secret=CREDENTIALS)
def test_no_place_lets_a_credential_through(place: str, secret: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("estate")
    text = ({**RECOGNISED, **AROUND, **MORE})[place]
    encoded = base64.b64encode(secret.encode()).decode()
    assigned = base64.b64encode(f"password={secret}\n".encode()).decode()
    text = text.replace("%s", secret).replace("%b", encoded).replace("%p", assigned)
    # A document that can be read beside one that cannot, so that there is something to keep.
    (folder / "in.yaml").write_text(f"{text}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop}}\n")
    inventory = load(Input(paths=(str(folder),)))

    back = stored(inventory, folder / "snapshot")

    if place != "a relaxation":  # its comment becomes shorter or longer
        assert list(said(back)) == list(said(inventory))
    kept = gzip.decompress((folder / "snapshot").read_bytes()).decode()
    for needle in needles(secret):
        assert needle not in kept, kept[max(kept.find(needle) - 300, 0) :][:500]


def test_a_private_key_goes_with_all_that_stands_around_it(tmp_path: Path) -> None:
    lines = [f"{number:03}" + "q7Zr" * 15 for number in range(20)]
    key = "\n".join(["-----BEGIN RSA " + "PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"])
    manifest = f"apiVersion: v1\nkind: ConfigMap\n{META}data:\n  a.pem: |\n" + "".join(
        f"    {line}\n" for line in ["before: here", *key.splitlines(), "after: there"]
    )
    (tmp_path / "in.yaml").write_text(manifest)
    inventory = load(Input(paths=(str(tmp_path / "in.yaml"),)))

    back = stored(inventory, tmp_path / "snapshot")

    kept = gzip.decompress((tmp_path / "snapshot").read_bytes()).decode()
    assert "q7Zr" not in kept
    assert "before: here" not in kept
    assert "after: there" not in kept
    assert list(said(back)) == list(said(inventory))
