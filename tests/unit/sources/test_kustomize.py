import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.core import Document, Origin, Precision, Problem
from seawall.core import Path as Steps
from seawall.sources.kustomize import build_kustomization
from seawall.sources.kustomize_places import translate
from seawall.sources.process import Limits
from seawall.sources.rendered import RenderOptions
from seawall.yamltext import Reader

Fake = Callable[..., None]
POD = ("spec", "template", "spec")
WEB = (*POD, "containers", 0)

FILES = {
    "base/kustomization.yaml": """\
resources:
- web.yaml
- more.yaml
configMapGenerator:
- name: settings
  literals: [a=b]
""",
    "base/web.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      hostPID: false
      containers:
      - name: side
        image: side:1
      - name: web
        image: nginx
        env:
        - name: A
          value: a
""",
    "base/more.yaml": """\
apiVersion: v1
kind: ServiceAccountList
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}, automountServiceAccountToken: true}
""",
    "part/kustomization.yaml": """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- path: run.yaml
""",
    "part/run.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        securityContext: {privileged: true}
""",
    "prod/kustomization.yaml": """\
resources: [../base]
components: [../part]
namespace: shop
namePrefix: prod-
commonAnnotations: {owner: us}
labels:
- pairs: {tier: front}
images:
- name: nginx
  newName: registry.example/nginx
  newTag: "1.27"
replicas:
- name: web
  count: 5
patches:
- target: {kind: Deployment, name: w.*}
  patch: |-
    - op: replace
      path: /spec/template/spec/hostPID
      value: true
    - op: add
      path: /spec/template/spec/tolerations
      value:
      - key: any
- patch: '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"type": "NodePort"}}'
- target: {kind: ServiceAccount}
  patch: |
    - {op: test, path: /automountServiceAccountToken, value: true}
patchesStrategicMerge:
- |
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    template:
      spec:
        hostNetwork: true
""",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", FILES)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a `kustomize` of the test's own on an otherwise empty PATH; `TARGET` is the folder that it is asked for."""

    def install(body: str, name: str = "kustomize") -> None:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        opening = (
            "import json, os, sys\n"
            "wrapper = json.load(open(os.path.join(sys.argv[-1], 'kustomization.yaml')))\n"
            "TARGET = wrapper['resources'][0]\n"
        )
        program.write_text(f"#!{sys.executable} -IS\n{opening}{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))

    return install


def build(directory: Path, root: Path, **options: Any) -> list[Document | Problem]:
    return list(build_kustomization(directory, root, RenderOptions(**options), Reader()))


def documents(found: list[Document | Problem]) -> dict[str, Document]:
    assert all(isinstance(one, Document) for one in found), found
    return {one.text.value["kind"]: one for one in found if isinstance(one, Document)}


def the_problem(found: list[Document | Problem]) -> Problem:
    assert len(found) == 1, found
    assert isinstance(found[0], Problem)
    return found[0]


PRINTS = '''
steps = "".join(f"      - configuredIn: {TARGET}/{one}/kustomization.yaml\\n" for one in ("../part", "."))
print(f"""\\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    owner: us
    config.kubernetes.io/origin: |
      path: {TARGET}/../base/web.yaml
    alpha.config.kubernetes.io/transformations: |
{steps}
  labels: {{tier: front}}
  name: prod-web
  namespace: shop
spec:
  replicas: 5
  template:
    spec:
      containers:
      - image: registry.example/nginx:1.27
        name: web
        env: [{{name: A, value: a}}]
        securityContext: {{privileged: true}}
      - name: side
        image: side:1
      hostNetwork: true
      hostPID: true
      hostIPC: true
      tolerations: [{{key: any}}]
---
apiVersion: v1
kind: Service
metadata:
  name: prod-web
  annotations:
    config.kubernetes.io/origin: |
      path: {TARGET}/../base/web.yaml
spec: {{type: NodePort}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: prod-settings-abc
  annotations:
    config.kubernetes.io/origin: |
      configuredIn: {TARGET}/../base/kustomization.yaml
data: {{a: b}}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: prod-robot
  annotations:
    config.kubernetes.io/origin: |
      path: {TARGET}/../base/more.yaml
automountServiceAccountToken: true
---
apiVersion: v1
kind: Secret
metadata:
  name: unheard-of
  annotations:
    config.kubernetes.io/origin: |
      path: {TARGET}/../base/web.yaml
---
""")
'''


def line_of(document: Document, root: Path, path: Steps) -> tuple[str, str]:
    place = document.locate(path)
    assert place.precision is Precision.TEMPLATE
    (line,) = document.excerpt(place.span.line, place.span.line, place.file)
    return place.file.removeprefix(f"{root}/"), line.strip()


PLACES: list[tuple[str, Steps, str, str]] = [
    ("Deployment", (), "base/web.yaml", "apiVersion: apps/v1"),
    ("Deployment", ("metadata", "name"), "prod/kustomization.yaml", "namePrefix: prod-"),
    ("Deployment", ("metadata", "namespace"), "prod/kustomization.yaml", "namespace: shop"),
    ("Deployment", ("metadata", "annotations", "owner"), "prod/kustomization.yaml", "commonAnnotations: {owner: us}"),
    ("Deployment", ("metadata", "labels", "tier"), "prod/kustomization.yaml", "- pairs: {tier: front}"),
    ("Deployment", ("spec", "replicas"), "prod/kustomization.yaml", "count: 5"),
    ("Deployment", (*WEB, "name"), "base/web.yaml", "- name: web"),
    ("Deployment", (*WEB, "image"), "prod/kustomization.yaml", 'newTag: "1.27"'),
    ("Deployment", (*WEB, "env", 0, "value"), "base/web.yaml", "value: a"),
    ("Deployment", (*WEB, "securityContext", "privileged"), "part/run.yaml", "securityContext: {privileged: true}"),
    ("Deployment", (*WEB, "resources"), "base/web.yaml", "- name: web"),
    ("Deployment", (*POD, "containers", 1, "image"), "base/web.yaml", "image: side:1"),
    ("Deployment", (*POD, "hostPID"), "prod/kustomization.yaml", "value: true"),
    ("Deployment", (*POD, "hostNetwork"), "prod/kustomization.yaml", "hostNetwork: true"),
    ("Deployment", (*POD, "tolerations", 0, "key"), "prod/kustomization.yaml", "- key: any"),
    ("Deployment", (*POD, "hostIPC"), "base/web.yaml", "spec:"),
    ("Service", ("kind",), "base/web.yaml", "kind: Service"),
    ("ConfigMap", ("data", "a"), "base/kustomization.yaml", "- name: settings"),
    (
        "ServiceAccount",
        ("automountServiceAccountToken",),
        "base/more.yaml",
        FILES["base/more.yaml"].splitlines()[3],
    ),
]


@pytest.mark.parametrize(("kind", "path", "file", "line"), PLACES)
def test_where_a_value_was_set(shop: Path, fake: Fake, kind: str, path: Steps, file: str, line: str) -> None:
    fake(PRINTS)
    document = documents(build(shop / "prod", shop))[kind]
    assert line_of(document, shop, path) == (file, line)


def test_a_patch_that_is_no_block_is_found_as_a_whole(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    service = documents(build(shop / "prod", shop))["Service"]
    file, line = line_of(service, shop, ("spec", "type"))
    assert file == "prod/kustomization.yaml"
    assert line.startswith("- patch: '{")


def test_the_column_of_a_value_in_an_inline_patch(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    place = documents(build(shop / "prod", shop))["Deployment"].locate((*POD, "hostNetwork"))
    line = FILES["prod/kustomization.yaml"].splitlines()[place.span.line - 1]
    assert line[place.span.column - 1 : place.span.end_column - 1] == "true"


def test_how_an_object_came_to_be(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    found = documents(build(shop / "prod", shop))
    deployment = found["Deployment"]
    assert deployment.file == f"{shop}/base/web.yaml"
    assert deployment.origin == (
        Origin("overlay", f"{shop}/prod/kustomization.yaml"),
        Origin("base", f"{shop}/part/kustomization.yaml"),
        Origin("resource", f"{shop}/base/web.yaml"),
        Origin("patch", f"{shop}/part/run.yaml"),
        Origin("patch", f"{shop}/prod/kustomization.yaml"),
    )
    assert Origin("generator", f"{shop}/base/kustomization.yaml") in found["ConfigMap"].origin


def test_what_kustomize_was_asked_to_note_is_not_judged(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    found = documents(build(shop / "prod", shop))
    assert found["Deployment"].text.value["metadata"]["annotations"] == {"owner": "us"}
    assert found["Service"].text.value["metadata"] == {"name": "prod-web"}


def test_an_object_that_its_file_does_not_hold_has_a_file_only(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    place = documents(build(shop / "prod", shop))["Secret"].locate(("data",))
    assert (place.file, place.precision) == (f"{shop}/base/web.yaml", Precision.DOCUMENT)


def test_the_built_object_as_a_text(shop: Path, fake: Fake) -> None:
    fake(PRINTS)
    document = documents(build(shop / "prod", shop))["Deployment"]
    span, depth = document.text.locate((*POD, "hostPID", "none"))
    assert depth == 4
    assert span.line == document.locate((*POD, "hostPID", "none")).span.line
    assert document.text.line == 5
    assert document.text.lines(6, 6) == ["kind: Deployment"]
    assert document.excerpt(1, 1, "other.yaml") == []


def test_an_old_kustomize_tells_no_origins(shop: Path, fake: Fake) -> None:
    fake("")
    # The second call is for the folder itself, whose kustomization is no JSON: the program is told apart by that.
    program = shop.parent / "bin" / "kustomize"
    program.write_text(
        f"#!{sys.executable} -IS\n"
        "import sys\n"
        "if 'buildMetadata' in open(sys.argv[-1] + '/kustomization.yaml').read():\n"
        "    sys.exit('json: unknown field \"buildMetadata\"')\n"
        "print('kind: Service\\nmetadata: {name: prod-web}')\n"
    )
    service = documents(build(shop / "prod", shop))["Service"]
    assert service.file == f"{shop}/base/web.yaml"
    assert line_of(service, shop, ("kind",))[1] == "kind: Service"


@pytest.mark.parametrize(("name", "verb"), [("kustomize", "build"), ("kubectl", "kustomize")])
def test_either_program_will_do(shop: Path, fake: Fake, name: str, verb: str) -> None:
    fake("print('kind: Echo\\nmetadata: {}\\nargs:', json.dumps(sys.argv[1:]))", name)
    echo = documents(build(shop / "prod", shop))["Echo"]
    assert echo.text.value["args"][:-1] == [verb]


def test_plugins_run_only_where_they_were_asked_for(shop: Path, fake: Fake) -> None:
    fake("print('kind: Echo\\nargs:', json.dumps(sys.argv[1:]))")
    echo = documents(build(shop / "prod", shop, plugins=True))["Echo"]
    assert echo.text.value["args"][:-1] == ["build", "--enable-helm", "--enable-alpha-plugins"]


def test_without_a_program_the_problem_says_what_to_install(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    problem = the_problem(build(shop / "prod", shop))
    assert problem.file == f"{shop}/prod/kustomization.yaml"
    assert "install kustomize" in problem.hint


def test_remote_paths_are_refused_before_anything_runs(shop: Path, fake: Fake) -> None:
    ran = shop.parent / "ran"
    fake(f"open({str(ran)!r}, 'w')")
    write(shop, {"base/kustomization.yaml": "resources: [https://example.com/a.yaml]\n"})
    assert the_problem(build(shop / "prod", shop)).file == f"{shop}/base/kustomization.yaml"
    assert not ran.exists()


@pytest.mark.parametrize(
    ("body", "limits", "message"),
    [
        (
            "sys.exit(\"Error: accumulating resources: recursed accumulation of path '/x': no such file\")",
            Limits(),
            "no such file",
        ),
        (
            'sys.exit(\'E1124 13:39:07.1 20310 run.go:72] "command failed" err="it is broken"\')',
            Limits(),
            "it is broken",
        ),
        ("sys.exit(1)", Limits(), "kustomize ended with exit code 1 and said nothing"),
        ("import time; time.sleep(60)", Limits(timeout=0.5), "building takes longer than 0.5 s: it was ended"),
        (
            "while True: print('x')",
            Limits(max_output=99),
            "the kustomization builds to more than 99 bytes: it was ended",
        ),
    ],
)
def test_a_failed_build_is_one_problem(shop: Path, fake: Fake, body: str, limits: Limits, message: str) -> None:
    fake(body)
    problem = the_problem(build(shop / "prod", shop, limits=limits))
    assert problem.message == message
    assert problem.hint


@pytest.mark.parametrize(
    "given", ["literal sources [password=hunter2 hunter2]: invalid hunter2", "env source files: [e]: line hunter2"]
)
def test_what_a_generator_was_given_is_not_repeated(shop: Path, fake: Fake, given: str) -> None:
    fake(f"sys.exit({'Error: loading KV pairs: ' + given!r})")
    message = the_problem(build(shop / "prod", shop)).message
    assert (message.startswith("loading KV pairs: "), "hunter2" in message) == (True, False)


def test_output_that_is_not_yaml(shop: Path, fake: Fake) -> None:
    fake("print('a: [')")
    assert the_problem(build(shop / "prod", shop)).message.startswith("kustomize printed what is not YAML: ")


@pytest.mark.parametrize(
    ("pattern", "found"), [("web", True), ("w.*|x", True), ("other", False), ("(a+)+$", True), ("prod-web", True)]
)
def test_whom_a_target_may_mean(shop: Path, fake: Fake, pattern: str, found: bool) -> None:
    patch = "- op: add\n    path: /spec/paused\n    value: true\n"
    overlay = f"resources: [../base]\npatches:\n- target: {{name: '{pattern}'}}\n  patch: |\n    {patch}"
    write(
        shop,
        {
            "prod/kustomization.yaml": overlay.replace("\n    path", "\n      path").replace(
                "\n    value", "\n      value"
            )
        },
    )
    fake(
        "print('kind: Deployment\\nmetadata: {name: prod-web}\\nspec: {paused: true}')",
    )
    place = documents(build(shop / "prod", shop))["Deployment"].locate(("spec", "paused"))
    assert (place.file == f"{shop}/prod/kustomization.yaml") is found


@pytest.mark.parametrize(
    ("path", "translated"),
    [
        (("ports", 1), ("ports", 1)),
        (("list", 1), ("list", 0)),
        (("list", 2), None),
        (("named", 0, "x"), ("named", 1, "x")),
        (("bare", 0), ("bare", 0)),
        (("none",), None),
        (("nested", 0), None),
    ],
)
def test_a_path_in_another_tree(path: Steps, translated: Steps | None) -> None:
    here = {
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
        "list": ["new", "old", "none"],
        "named": [{"name": "b", "x": 1}],
        "bare": [{"x": 1}],
        "none": 1,
        "nested": [[1]],
    }
    there = {
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
        "list": ["old"],
        "named": [{"name": "a", "x": 2}, {"name": "b", "x": 2}],
        "bare": [{"x": 2}],
        "nested": [],
    }
    assert translate(path, here, there) == translated


@pytest.mark.kustomize
@pytest.mark.parametrize(("kind", "path", "file", "line"), PLACES)
def test_real_where_a_value_was_set(shop: Path, kind: str, path: Steps, file: str, line: str) -> None:
    document = documents(build(shop / "prod", shop))[kind]
    if kind == "Deployment" and "containers" in path:
        names = [container["name"] for container in document.text.value["spec"]["template"]["spec"]["containers"]]
        wanted = "web" if path[4] == 0 else "side"
        path = (*path[:4], names.index(wanted), *path[5:])
    assert line_of(document, shop, path) == (file, line)


@pytest.mark.kustomize
def test_real_what_is_missing_is_one_problem(shop: Path) -> None:
    (shop / "base" / "web.yaml").unlink()
    problem = the_problem(build(shop / "prod", shop))
    assert problem.file == f"{shop}/prod/kustomization.yaml"
    assert "web.yaml" in problem.message
