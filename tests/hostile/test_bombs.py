"""Small texts that want to become large, deep or slow; and bytes that want to crash a reader."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hostile.command import seawall
from tests.properties.estates import report

from seawall.yamltext import Broken, Reader

_LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
_DOUBLES = "".join(f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}}}\n" for n in range(1, 30))
BOMBS = {
    "billion laughs": "a0: &a0 [lol]\n" + _LAUGHS,
    "merged laughs": "a0: &a0 {k: v}\n"
    + "".join(f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}}}\n" for n in range(1, 30)),
    "itself": "a: &a [*a]\n",
    "itself by merge": "a: &a {<<: *a}\n",
    "flow depth": "[" * 900,
    "mapping depth": "{a: " * 220,
    "json depth": '{"a":' + "[" * 900,
    "dashes": "- " * 450,
    "question marks": "? " * 450,
    "tags": "!!binary " + "=" * 900,
    "huge integer": "a: " + "9" * 900 + "\nb: [",
    "spaces in a plain scalar": "a: x" + " " * 900 + "\tb: [",
    "quotes": "a: " + "'" * 901,
    "braces": "{" * 450 + "}" * 449,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_bomb_is_refused_at_once(name: str) -> None:
    text = BOMBS[name]
    assert len(text) < 1024
    Reader().read("a: [b, *c]")  # what is imported at the first use is not the bomb's

    start = time.process_time()
    read = Reader().read(text)
    spent = time.process_time() - start

    assert any(isinstance(document, Broken) for document in read)
    assert spent < 0.1


_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"

LARGE = {
    "one long scalar": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: " + "x" * 5_000_000 + "\n",
    "one long line of a block": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: |\n    "
    + "password " * 300_000
    + "\n",
    "one long name": "apiVersion: v1\nkind: Pod\nmetadata: {name: " + "n" * 1_000_000 + "}\nspec: {hostPID: true}\n",
    "one long argument": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: "
    "[{name: a, args: ['" + "key=:/" * 100_000 + "']}]}\n",
    "many keys": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
    + "".join(f"  k{n}: v\n" for n in range(50_000)),
    "openings of placeholders": _POD
    + "  containers: [{name: '"
    + "{{" * 250_000
    + "', image: '"
    + "{%" * 250_000
    + "'}]\n",
    "comments that mark": "# seawall:ignore x reason\n" * 50_000 + _POD + "  hostPID: true\n",
    "containers that are each relaxed": _POD
    + "  containers:\n"
    + "".join(f"  - name: c{n}  # seawall: relax run-as-root because\n    image: x\n" for n in range(2000)),
    "annotations that relax": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n"
    + "".join(f"    seawall.dev/relax.x{n}: because\n" for n in range(10_000)),
    "blanks in a quantity and in a reason": "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: "
    "{seawall.dev/relax.x: 'a" + " " * 250_000 + "!'}}\nspec: {containers: [{name: a, image: x, resources: {limits: "
    "{cpu: 'x" + " " * 250_000 + "y', memory: '" + " " * 250_000 + "y'}}}]}\n",
    "pods that own each other in a row": "---\n".join(
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{n}\n  ownerReferences:\n"
        f"  - {{kind: Pod, name: p{n + 1}, controller: true}}\nspec: {{containers: [{{name: a}}]}}\n"
        for n in range(3000)
    ),
    "documents that are all broken": "---\n".join([f"a: [\n{_POD}  x: {'x' * 900}\n"] * 15_000),
    "containers of one name": _POD + "  x: &x {name: a}\n  containers:\n" + "  - *x\n" * 1000,
    "containers that each mount a path of the node": _POD
    + "  volumes:\n"
    + "".join(f"  - {{name: v{n}, hostPath: {{path: /srv/{n}}}}}\n" for n in range(1000))
    + "  containers:\n"
    + "".join(f"  - {{name: c{n}, volumeMounts: [{{name: v{n}, mountPath: /v}}]}}\n" for n in range(1000)),
    "100,000 documents": "---\na: 1\n" * 100_000,
    "100,000 empty documents": "---\n" * 100_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_text_stays_within_time_and_memory(name: str, tmp_path: Path) -> None:
    done = seawall("scan", "-", "-o", "json", "--profile", "strict", cwd=tmp_path, stdin=LARGE[name].encode())

    assert (done.code in (0, 1, 3), done.err) == (True, b"")
    result = json.loads(done.out)
    assert result["coverage"]["documents"] or result["problems"] or "empty" in name


_WORDS = (
    "apiVersion: v1\n", "kind: Pod\n", "kind: List\n", "metadata:\n", "  name: a\n", "spec:\n", "  containers:\n",
    "  - image: x\n", "    env: ", "items: ", "- ", "? ", ": ", "\n", "  ", "\t", "{", "}", "[", "]", ", ", "'", '"',
    "|\n", ">-\n", "&a ", "*a", "<<: ", "!!int ", "!!binary ", "%YAML 1.2\n", "---\n", "--- x\n", "...\n", "#",
    "{{ .x }}", "${X}", "\ufeff", "\u2028", "\x85", "\x00", "\U0001f600", "null", "~", "0x1F", "1e999", "-.inf",
    "'\\u0000'", "\\", "\r\n", "\r",
)  # fmt: skip


_HEAD = b"apiVersion: v1\nkind: Pod\n"


def _mangled(seed: int) -> bytes:
    """Words of YAML in any order; every other text has some bytes replaced by any others."""
    chance = random.Random(seed)
    data = bytearray("".join(chance.choices(_WORDS, k=chance.randrange(1, 60))).encode())
    for _ in range(chance.choice([0, 0, 1, 4])):
        data[chance.randrange(len(data)) : chance.randrange(len(data)) + 1] = chance.randbytes(chance.randrange(4))
        data = data or bytearray(b"\n")
    return bytes(data)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_arbitrary_bytes_never_crash_the_command(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for number in range(80):
        ending = "json" if number % 4 == 0 else "yaml"
        (folder / f"{number}.{ending}").write_bytes(
            b"apiVersion: v1\nkind: Pod\n"[: number % 27] + _mangled(seed + number)
        )

    done = seawall("scan", str(folder), "-o", "json", "--profile", "strict", "--estate", cwd=folder)

    assert (done.code in (0, 1, 3), done.err) == (True, b"")
    assert not [one for one in json.loads(done.out)["problems"] if one["kind"] == "rule-crash"]


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_KEYS = st.sampled_from(
    [
        "spec",
        "template",
        "containers",
        "securityContext",
        "metadata",
        "name",
        "rules",
        "subjects",
        "env",
        "volumes",
        "labels",
        "annotations",
        "data",
        "ports",
        "ingress",
        "webhooks",
        "items",
        "selector",
        "image",
        "args",
    ]
)
_ANYTHING = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=20
)
_KINDS = st.sampled_from(
    [
        ("v1", "Pod"),
        ("v1", "Secret"),
        ("v1", "Service"),
        ("v1", "List"),
        ("apps/v1", "Deployment"),
        ("example.com/v1", "Thing"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(kind=_KINDS, body=st.dictionaries(_KEYS, _ANYTHING, max_size=4), whole=st.booleans())
def test_an_object_of_any_content_is_judged(kind: tuple[str, str], body: dict[str, object], whole: bool) -> None:
    # `report` fails where a rule crashed.
    report({"a.json": json.dumps({**body, "apiVersion": kind[0], "kind": kind[1]})}, whole=whole)
