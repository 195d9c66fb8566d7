"""A credential of the input stands nowhere in a snapshot of it, and what is found of the snapshot is the same."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.hostile.test_secrets_stay_secret import AROUND, BOX, CREDENTIALS, META, RECOGNISED
from tests.properties.test_snapshots import said, stored

from seawall.app.load import Input, load

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


def test_a_private_key_goes_with_all_its_lines(tmp_path: Path) -> None:
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
    assert "before: here" in kept
    assert "after: there" in kept
    assert list(said(back)) == list(said(inventory))
