import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.core import Document, Origin, Problem, Unknown
from seawall.sources.helm import is_chart, is_chart_archive, render_chart, unsettled
from seawall.sources.process import Limits
from seawall.sources.rendered import RenderOptions
from seawall.yamltext import Reader

Fake = Callable[[str], Path]

WEB = """\
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: web
      image: {{ .Values.image }}
"""
PRINTS = '''
print("""---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: release-name
spec:
  containers:
    - name: web
      image: nginx
""")
'''
FAILS = "import sys; print({message!r}, file=sys.stderr); sys.exit(1)"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    meta = "apiVersion: v2\nname: shop\nversion: 1.2.3\n"
    return write(tmp_path / "shop", {"Chart.yaml": meta, "templates/web.yaml": WEB, "values.yaml": "image: nginx\n"})


@pytest.fixture
def fake_helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a `helm` of the test's own on an otherwise empty PATH."""

    def install(body: str) -> Path:
        program = tmp_path / "bin" / "helm"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable} -IS\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        return program

    return install


@pytest.fixture
def fake_binding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a `helm_python` of the test's own on the import path, and no program on PATH."""

    def install(body: str) -> Path:
        package = write(tmp_path / "site", {"helm_python/__init__.py": body})
        monkeypatch.syspath_prepend(str(package))
        monkeypatch.setenv("PATH", "")
        return package

    return install


def render(chart: Path, root: Path | None = None, **options: Any) -> list[Document | Problem]:
    return list(render_chart(chart, root or chart, RenderOptions(**options), Reader()))


def documents(found: list[Document | Problem]) -> list[Document]:
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def the_problem(found: list[Document | Problem]) -> Problem:
    assert len(found) == 1, found
    assert isinstance(found[0], Problem)
    return found[0]


def test_what_is_a_chart(shop: Path, tmp_path: Path) -> None:
    archive = tmp_path / "shop.tgz"
    archive.touch()
    assert is_chart(shop)
    assert not is_chart(tmp_path)
    assert is_chart_archive(archive)
    assert not is_chart_archive(shop / "Chart.yaml")
    assert not is_chart_archive(tmp_path / "none.tgz")


def test_an_object_keeps_its_template(shop: Path, fake_helm: Fake) -> None:
    fake_helm(PRINTS)
    (pod,) = documents(render(shop))
    place = pod.locate(("spec", "containers", 0, "image"))
    assert pod.file == place.file == f"{shop}/templates/web.yaml"
    assert pod.text.value["spec"]["containers"][0]["image"] == "nginx"
    assert (place.span.line, pod.excerpt(8, 8)) == (8, ["      image: {{ .Values.image }}"])
    assert pod.origin == (
        Origin("chart", f"{shop}/Chart.yaml", "shop 1.2.3, release release-name"),
        Origin("template", f"{shop}/templates/web.yaml"),
    )


def test_what_helm_is_asked(shop: Path, fake_helm: Fake, tmp_path: Path) -> None:
    values = tmp_path / "prod.yaml"
    values.write_text("a: 1\n")
    fake_helm("import json, sys; print('---\\n# Source: shop/templates/web.yaml\\nargs:', json.dumps(sys.argv[1:]))")
    settings = ("a=1,b=2", "c=3")
    found = render(
        shop, values=(str(values),), set_values=settings, release="blue", namespace="web", kube_version="1.34"
    )
    (echo,) = documents(found)
    assert echo.text.value["args"] == [
        "template",
        "--include-crds",
        "--namespace=web",
        f"--values={values}",
        "--set=a=1,b=2",
        "--set=c=3",
        "--kube-version=1.34",
        "--",
        "blue",
        str(shop),
    ]


@pytest.mark.parametrize(
    ("wanted", "namespace", "unplaced"), [({}, "default", True), ({"namespace": "default"}, "default", False)]
)
def test_default_is_a_choice_only_where_somebody_made_it(
    wanted: dict[str, Any], namespace: str, unplaced: bool, shop: Path, fake_helm: Fake
) -> None:
    fake_helm(PRINTS)
    (pod,) = documents(render(shop, **wanted))
    assert (pod.namespace, pod.unplaced) == (namespace, unplaced)


def test_several_documents_of_one_template_and_a_forged_source(shop: Path, fake_helm: Fake) -> None:
    fake_helm(
        "print('---\\n# Source: shop/templates/web.yaml\\n# Source: /etc/passwd\\na: 1\\n---\\nb: 2\\n---\\n---')"
    )
    found = documents(render(shop))
    assert [one.text.value for one in found] == [{"a": 1}, {"b": 2}]
    assert {one.file for one in found} == {f"{shop}/templates/web.yaml"}


def test_an_unheard_of_template_leaves_the_charts_file(shop: Path, fake_helm: Fake) -> None:
    fake_helm("print('---\\n# Source: shop/templates/none.yaml\\na: 1')")
    (one,) = documents(render(shop))
    assert one.file == f"{shop}/Chart.yaml"


@pytest.mark.parametrize(
    ("message", "line", "column", "hint"),
    [
        (
            "Error: execution error at (shop/templates/web.yaml:8:14): image is required",
            8,
            15,
            "--values FILE or --set",
        ),
        ("Error: template: shop/templates/web.yaml:4:1: executing x: nil pointer", 4, 2, "--values FILE or --set"),
        ("Error: YAML parse error on shop/templates/web.yaml: error converting", 0, 0, "helm template"),
        ("WARNING: old\nError: parse error at (shop/templates/web.yaml:3): bad", 3, 0, "helm template"),
    ],
)
def test_a_failed_render_is_one_problem_in_the_template(
    shop: Path, fake_helm: Fake, message: str, line: int, column: int, hint: str
) -> None:
    fake_helm(FAILS.format(message=f"{message}\n\nUse --debug flag to render out invalid YAML\n"))
    problem = the_problem(render(shop))
    assert (problem.file, problem.line, problem.column) == (f"{shop}/templates/web.yaml", line, column)
    assert problem.kind == "helm"
    assert problem.message == message.partition("Error: ")[2]
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("found in Chart.yaml, but missing in charts/ directory: redis", "helm dependency build"),
        (
            "chart requires kubeVersion: >=1.34 which is incompatible with Kubernetes v1.20.0",
            "that it takes with --kube",
        ),
        ("values don't meet the specifications of the schema(s)", "--values FILE"),
        ("Kubernetes is unhappy", "helm template"),
    ],
)
def test_a_problem_of_the_whole_chart(shop: Path, fake_helm: Fake, message: str, hint: str) -> None:
    fake_helm(FAILS.format(message=f"Error: {message}"))
    problem = the_problem(render(shop))
    assert (problem.file, problem.line) == (f"{shop}/Chart.yaml", 0)
    assert problem.message == message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("body", "limits", "message"),
    [
        ("import time; time.sleep(60)", Limits(timeout=0.5), "rendering takes longer than 0.5 s: it was ended"),
        (
            "while True: print('x' * 999)",
            Limits(max_output=9999),
            "the chart renders to more than 9999 bytes: it was ended",
        ),
        ("import os; os.abort()", Limits(), "the chart aborts the renderer (signal 6)"),
        ("raise SystemExit(1)", Limits(), "helm ended with exit code 1 and said nothing"),
        ("print('hello')", Limits(), "helm printed something else than templates"),
    ],
)
def test_a_renderer_that_does_not_end_well(
    shop: Path, fake_helm: Fake, body: str, limits: Limits, message: str
) -> None:
    fake_helm(body)
    assert the_problem(render(shop, limits=limits)).message == message


def test_output_that_is_not_yaml(shop: Path, fake_helm: Fake) -> None:
    fake_helm("print('---\\n# Source: shop/templates/web.yaml\\na: [\\n---\\nb: 1')")
    broken, good = render(shop)
    assert isinstance(broken, Problem)
    assert broken.file == f"{shop}/templates/web.yaml"
    assert broken.message.startswith("the chart renders to what is not YAML: ")
    assert isinstance(good, Document)


def test_output_that_is_no_object(shop: Path, fake_helm: Fake) -> None:
    fake_helm("print('---\\n# Source: shop/templates/web.yaml\\njust text\\n---\\nkind: A')")
    broken, good = render(shop)
    assert isinstance(broken, Problem)
    assert broken.message == "the chart renders to what is no object but a str"
    assert isinstance(good, Document)


@pytest.mark.parametrize(("hook", "kept"), [("pre-install, Test", True), ("crd-install", False), ("", False)])
def test_hooks_that_helm_does_not_have_are_never_installed(shop: Path, fake_helm: Fake, hook: str, kept: bool) -> None:
    job = f"---\n# Source: shop/templates/web.yaml\nkind: Job\nmetadata: {{annotations: {{helm.sh/hook: '{hook}'}}}}\n"
    fake_helm(f"print({job!r})")
    found = render(shop)
    assert isinstance(found[0], Document) is kept


def test_without_helm_the_problem_says_what_to_install(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install '.[helm]'" in the_problem(render(shop)).hint


def test_a_chart_outside_of_the_root(shop: Path, fake_helm: Fake, tmp_path: Path) -> None:
    fake_helm(PRINTS)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "chart").symlink_to(shop)
    problem = the_problem(render(tmp_path / "in" / "chart", tmp_path / "in"))
    assert "leaves" in problem.message


def test_a_link_that_leaves_the_chart_is_not_rendered(shop: Path, fake_helm: Fake, tmp_path: Path) -> None:
    fake_helm(PRINTS)
    (shop / "templates" / "link.yaml").symlink_to(tmp_path)
    assert "is a link that leaves the chart" in the_problem(render(shop)).message


@pytest.mark.parametrize(
    ("name", "word"), [("https://x.example/v.yaml", "remote"), ("/nowhere.yaml", "does not exist")]
)
def test_values_files_that_cannot_be_taken(shop: Path, fake_helm: Fake, name: str, word: str) -> None:
    fake_helm(PRINTS)
    assert word in the_problem(render(shop, values=(name,))).message


def test_a_library_chart_is_only_noted(shop: Path, fake_helm: Fake) -> None:
    fake_helm(PRINTS)
    (shop / "Chart.yaml").write_text("name: shop\ntype: library\n")
    problem = the_problem(render(shop))
    assert problem.kind == "helm-note"


def test_a_chart_that_makes_nothing_is_noted(shop: Path, fake_helm: Fake) -> None:
    fake_helm("print()")
    problem = the_problem(render(shop))
    assert (problem.kind, problem.message) == ("helm-note", "shop makes no objects with these values")


CHANGES = '''
import time
print(f"""---
# Source: shop/templates/web.yaml
kind: Secret
metadata: {{name: s}}
stringData: {{user: admin, password: p{time.monotonic_ns()}}}
""")
'''


def test_what_changes_from_render_to_render_is_unknown(shop: Path, fake_helm: Fake) -> None:
    fake_helm(CHANGES)
    write(shop, {"templates/secret.yaml": "{{ randAlphaNum 8 }}"})
    (secret,) = documents(render(shop))
    value = secret.text.value
    assert value["metadata"] == {"name": "s"}
    assert value["stringData"]["user"] == "admin"
    assert isinstance(value["stringData"]["password"], Unknown)
    assert value["stringData"]["password"].text == "a value made anew"


def test_a_chart_without_such_functions_is_rendered_once(shop: Path, fake_helm: Fake) -> None:
    fake_helm(CHANGES)
    (secret,) = documents(render(shop))
    assert secret.text.value["stringData"]["password"].startswith("p")


def test_objects_that_are_not_always_made_have_only_a_kind(shop: Path, fake_helm: Fake, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    fake_helm(
        "import os\n"
        "print('---\\n# Source: shop/templates/web.yaml\\nkind: A\\na: 1\\n---\\n# Source: shop/x\\nkind: B')\n"
        f"if not os.path.exists({str(seen)!r}):\n"
        "    print('---\\n# Source: shop/templates/web.yaml\\nkind: C')\n"
        f"open({str(seen)!r}, 'w').close()"
    )
    write(shop, {"templates/x.yaml": "{{ randInt 1 2 }}"})
    one, other, last = (document.text.value for document in documents(render(shop)))
    assert one["kind"] == "A"
    assert isinstance(one["a"], Unknown)
    assert other == {"kind": "B"}
    assert last == {"kind": "C"}


@pytest.mark.parametrize(
    ("one", "two", "known"),
    [
        ({"a": 1, "b": [1, "x"]}, {"a": 1, "b": [1, "x"]}, {"a": 1, "b": [1, "x"]}),
        ({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"b": 1}, {}),
        ({"a": [1]}, {"a": [1, 2]}, {}),
        ({"a": 1}, {"a": True}, {}),
    ],
)
def test_what_two_renders_agree_on(one: Any, two: Any, known: dict[str, Any]) -> None:
    merged = unsettled(one, two)
    assert set(merged) == {*one, *two}
    assert {key: value for key, value in merged.items() if not isinstance(value, Unknown)} == known


def test_a_failed_render_repeats_no_credential(shop: Path, fake_helm: Fake, tmp_path: Path) -> None:
    said = "hunter-own, hunter-file, hunter-set, hunter2, nginx, on"
    fake_helm(f"import sys; sys.exit('Error: bad: {said}')")
    write(shop, {"values.yaml": "image: nginx\ndb: {password: hunter-own}\n"})
    write(tmp_path, {"more.yaml": "tokens: [hunter-file, on, true]\n"})
    problem = the_problem(
        render(
            shop, values=(str(tmp_path / "more.yaml"),), set_values=("a.apiKey=hunter-set,image=nginx", "pwd=hunter2")
        )
    )
    assert problem.message == "bad: (not shown), (not shown), (not shown), (not shown), nginx, on"


def test_a_failed_render_names_its_charts_in_full(shop: Path, fake_helm: Fake) -> None:
    said = "missing in charts/ directory: redis, redis-exporter, shop; redis, cache, x9redis"
    fake_helm(f"import sys; sys.exit('Error: {said}')")
    dependencies = "dependencies:\n- {name: redis-exporter}\n- {name: valkey, alias: cache}\n"
    write(shop, {"Chart.yaml": f"apiVersion: v2\nname: shop\nversion: 1.0.0\n{dependencies}"})
    write(shop, {"values.yaml": "passwords: [redis, shop, cache, x9]\n"})
    assert the_problem(render(shop)).message == (
        "missing in charts/ directory: (not shown), redis-exporter, shop; (not shown), cache, x9redis"
    )


@pytest.mark.parametrize(
    ("one", "two", "text"),
    [
        ("web-test-abc", "web-test-abd", "web-test-<random>"),
        ("web-test-abc", "web-tess-abd", "web-<random>"),
        ("abc", "abd", "a value made anew"),
        ("web-a", 1, "a value made anew"),
    ],
)
def test_a_name_keeps_what_people_know_it_by(one: object, two: object, text: str) -> None:
    assert unsettled({"name": one}, {"name": two})["name"].text == text
    assert unsettled({"password": one}, {"password": two})["password"].text == "a value made anew"


BINDING = """
import json
class HelmError(Exception): pass
class HelmRenderError(HelmError): pass
def values_from_yaml(text):
    return json.loads(text)
def parse_set_string(text):
    key, _, value = text.partition("=")
    return {"top": {key: value}}
class Chart:
    metadata = {"dependencies": %(dependencies)s}
    dependencies = [{"name": "redis"}]
    crds = [{"name": "a", "filename": "shop/crds/a.yaml", "data": "kind: A"}]
    @classmethod
    def load(cls, path): return cls()
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def _raw(self): return 1
class _native:
    @staticmethod
    def call_string(name, handle, values, options):
        if "break" in values: raise HelmRenderError("shop/templates/web.yaml:8:3\\n  executing")
        if "abort" in values: import os; os.abort()
        return json.dumps({
            "shop/templates/NOTES.txt": "a: note", "shop/templates/_help.tpl": "a: help",
            "shop/templates/web.yaml": "---\\nvalues: " + values + "\\n---\\noptions: " + options,
        })
"""


def test_the_binding_is_asked_like_helm(shop: Path, fake_binding: Fake, tmp_path: Path) -> None:
    fake_binding(BINDING % {"dependencies": [{"name": "redis"}]})
    values = tmp_path / "values.json"
    values.write_text('{"top": {"a": 1, "b": 2}, "list": [1]}')
    found = documents(render(shop, values=(str(values),), set_values=("b=3",), kube_version="1.34"))
    crd, given, options = (document.text.value for document in found)
    assert crd == {"kind": "A"}
    assert given == {"values": {"top": {"a": 1, "b": "3"}, "list": [1]}}
    assert options == {"options": {"name": "release-name", "namespace": "default", "kube_version": "1.34"}}
    assert found[1].file == f"{shop}/templates/web.yaml"


@pytest.mark.parametrize(
    ("dependencies", "setting", "message"),
    [
        ([{"name": "pg"}], (), "found in Chart.yaml, but missing in charts/ directory: pg"),
        ([], ("break=1",), "shop/templates/web.yaml:8:3 executing"),
        ([], ("abort=1",), "the chart aborts the renderer (signal 6)"),
    ],
)
def test_what_the_binding_refuses(
    shop: Path, fake_binding: Fake, dependencies: Any, setting: tuple[str, ...], message: str
) -> None:
    fake_binding(BINDING % {"dependencies": dependencies})
    assert the_problem(render(shop, set_values=setting)).message == message


REAL = [
    pytest.param("program", marks=pytest.mark.helm("program")),
    pytest.param("binding", marks=pytest.mark.helm("binding")),
]


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Helm itself: the program, or the binding alone."""
    if request.param == "binding":
        monkeypatch.setenv("PATH", "")
    return str(request.param)


FULL = {
    "Chart.yaml": (
        "apiVersion: v2\nname: shop\nversion: 1.2.3\ndependencies:\n- {name: redis, version: 1.0.0, alias: cache}\n"
    ),
    "values.yaml": "image: nginx\ncache: {image: redis}\n",
    "templates/web.yaml": WEB,
    "templates/hook.yaml": (
        "kind: Job\nmetadata:\n  name: hook\n  annotations: {helm.sh/hook: pre-install}\n"
        "spec: {{ toJson .Values.job }}\n"
    ),
    "templates/NOTES.txt": "Well done.\n",
    "templates/version.yaml": "kind: V\nversion: {{ .Capabilities.KubeVersion.Version }}\n",
    "crds/a.yaml": "kind: CustomResourceDefinition\n---\nkind: CustomResourceDefinition\n",
    "charts/redis/Chart.yaml": "apiVersion: v2\nname: redis\nversion: 1.0.0\n",
    "charts/redis/templates/set.yaml": "kind: StatefulSet\nimage: {{ .Values.image }}\n",
}


def test_real_a_whole_chart(tmp_path: Path, real: str) -> None:
    shop = write(tmp_path / "shop", FULL)
    values = write(tmp_path, {"prod.yaml": "image: ours\njob: {a: 1}\n"}) / "prod.yaml"
    found = documents(
        render(shop, values=(str(values),), set_values=("cache.image=valkey",), release="blue", kube_version="1.34")
    )
    values_by_file = {document.file.removeprefix(f"{shop}/"): document.text.value for document in found}
    assert [document.text.value["kind"] for document in found].count("CustomResourceDefinition") == 2
    assert values_by_file.pop("crds/a.yaml") == {"kind": "CustomResourceDefinition"}
    assert values_by_file.pop("templates/web.yaml")["metadata"] == {"name": "blue"}
    assert values_by_file.pop("templates/hook.yaml")["spec"] == {"a": 1}
    assert values_by_file.pop("templates/version.yaml")["version"].startswith("v1.34")
    assert values_by_file.pop("charts/redis/templates/set.yaml")["image"] == "valkey"
    assert not values_by_file


def test_real_a_required_value(shop: Path, real: str) -> None:
    write(shop, {"templates/web.yaml": 'kind: Pod\nimage: {{ required "say which image" .Values.tag }}\n'})
    problem = the_problem(render(shop))
    assert (problem.file, problem.line) == (f"{shop}/templates/web.yaml", 2)
    assert "say which image" in problem.message


def test_real_a_dependency_that_is_not_there(shop: Path, real: str) -> None:
    with (shop / "Chart.yaml").open("a") as file:
        file.write("dependencies: [{name: pg, version: 1.0.0, repository: 'https://x.example'}]\n")
    problem = the_problem(render(shop))
    assert "missing in charts/ directory: pg" in problem.message
    assert problem.hint == f"run `helm dependency build {shop}` and scan again"


def test_real_random_values(shop: Path, real: str) -> None:
    write(shop, {"templates/web.yaml": "kind: Secret\nmetadata: {name: a}\ndata: {a: {{ randAlphaNum 20 }}}\n"})
    (secret,) = documents(render(shop))
    assert isinstance(secret.text.value["data"]["a"], Unknown)


def test_real_a_template_that_eats_memory(shop: Path, real: str) -> None:
    write(shop, {"templates/web.yaml": "{{ range until 100000000 }}xxxxxxxxxxxxxxxxxxxxxxxx{{ end }}"})
    problem = the_problem(render(shop, limits=Limits(memory=300 << 20)))
    assert problem.message.startswith("rendering needs more than 314572800 bytes of memory")
