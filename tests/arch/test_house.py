"""The house rules that can be read off the source."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "seawall"
TREES = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
MODULES = sorted(TREES)
PURE = ("core/", "yamltext/", "inventory/", "model/", "rules/", "findings/", "triage/", "reports/")
FAMILIES = sorted(path.parent.name for path in (SOURCE / "rules").glob("*/__init__.py"))

SCRIPTS = ("sources/helm_worker.py", "sources/launcher.py")
"""Programs of their own, which are started and never imported."""
MUTATORS = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "clear"}
WORLD = {
    "open", "input", "os.getenv", "time.time", "time.monotonic", "datetime.datetime.now", "datetime.now",
    "datetime.date.today", "date.today", "Path.cwd", "os.getcwd", "random.random",
}  # fmt: skip


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def dotted(node: ast.AST) -> str:
    """`sys.stdout.write` of an attribute chain, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def calls(tree: ast.AST) -> set[str]:
    return {dotted(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_modules_fit_in_a_head() -> None:
    sizes = {module: len((SOURCE / module).read_text("utf-8").splitlines()) for module in MODULES}
    assert not {module: lines for module, lines in sizes.items() if lines > (200 if is_rule(module) else 400)}


def is_rule(module: str) -> bool:
    return module.startswith("rules/") and module.count("/") == 2 and "/_" not in module


MEASURED = {"yamltext/fast.py:run"}
"""The one hot loop of reading, kept in one piece on purpose; nothing else may be as long."""


def test_functions_fit_on_a_screen() -> None:
    sizes = {
        f"{module}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in functions(TREES[module])
    }
    assert {name for name, lines in sizes.items() if lines > 60} == MEASURED


def test_modules_say_what_they_are() -> None:
    assert not [module for module in MODULES if not ast.get_docstring(TREES[module])]


def test_only_the_command_line_prints() -> None:
    speaking = {"print", "click.echo", "sys.stdout.write", "sys.stdout.writelines", "sys.stderr.write", "sys.exit"}
    found = {module: calls(TREES[module]) & speaking for module in MODULES if not module.startswith("cli/")}
    assert not {module: said for module, said in found.items() if said and module not in SCRIPTS}


def test_no_module_has_state() -> None:
    """Nothing changes a container that a module holds, and no function rebinds a global name."""
    assert not {module: found for module in MODULES if (found := list(changes(TREES[module])))}


def changes(tree: ast.Module) -> Iterator[str]:
    held = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            if dotted(node.func.value) in held:
                yield ast.unparse(node)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and dotted(node.value) in held:
            yield ast.unparse(node)


def test_state_would_be_noticed() -> None:
    code = "SEEN = []\ndef f(x):\n    global COUNT\n    SEEN.append(x)\n    TABLE[x] = 1\nTABLE = {}\n"
    assert sorted(changes(ast.parse(code))) == ["SEEN.append(x)", "TABLE[x]", "global COUNT"]


def test_the_pure_part_reads_no_world() -> None:
    pure = [module for module in MODULES if module.startswith(PURE)]
    assert not {module: found for module in pure if (found := touches(TREES[module]))}


def touches(tree: ast.Module) -> set[str]:
    """What of the files, the clock, the environment and chance a module asks."""
    methods = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) if isinstance(node.func, ast.Attribute)
    }
    files = methods & {"read_text", "write_text", "read_bytes", "write_bytes", "iterdir", "rglob", "exists", "is_file"}
    modules = {*imports(tree)} & {"os", "time", "random", "socket", "subprocess", "urllib.request"}
    return files | calls(tree) & WORLD | modules


def test_a_touch_of_the_world_would_be_noticed() -> None:
    code = "import os\nfrom pathlib import Path\nopen('x')\nPath('x').parent.read_text()\nhere.read_bytes()\n"
    assert touches(ast.parse(code)) == {"os", "open", "read_text", "read_bytes"}


def test_everything_is_caught_in_two_places_only() -> None:
    """Around one rule, and at the program's edge; both leave word of it."""
    found = [
        module
        for module in MODULES
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or dotted(node.type) in {"Exception", "BaseException"})
        if module not in SCRIPTS
    ]
    assert found == ["cli/main.py", "findings/judge.py"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_rules_knows_no_other(family: str) -> None:
    for module in MODULES:
        if module.startswith(f"rules/{family}/"):
            other = {
                name
                for name in imports(TREES[module])
                if name.startswith("seawall.rules.") and name.split(".")[2] not in {family, "spec"}
            }
            assert not other, f"{module} imports {other}"


def test_import_linter_knows_every_family() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (independent,) = (contract for contract in contracts if contract["type"] == "independence")
    assert independent["modules"] == [f"seawall.rules.{family}" for family in FAMILIES]


def test_import_linter_knows_every_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    house, engines = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    present = {path.parent.name for path in SOURCE.glob("*/__init__.py")} | {path.stem for path in SOURCE.glob("*.py")}
    assert _named(house) == {f"seawall.{name}" for name in present - {"__init__", "__main__"}}
    assert _named(engines) == {path.parent.name for path in SOURCE.glob("model/*/__init__.py")}


def _named(layers: list[str]) -> set[str]:
    return {name.strip() for layer in layers for name in layer.split("|")}


def test_the_picture_of_the_house_names_every_package() -> None:
    picture = (ROOT / "docs/architecture.md").read_text("utf-8")
    for package in (path.parent.name for path in SOURCE.glob("*/__init__.py")):
        assert f"`{package}`" in picture, package
