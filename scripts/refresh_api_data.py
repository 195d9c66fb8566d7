"""Write the tables of the Kubernetes API's types and lifecycles from the Go modules that define them.

Usage, after `go mod download` of the modules (of the old `k8s.io/api` too: it still has what was removed since):

    cd ~/go/pkg/mod/k8s.io
    python .../scripts/refresh_api_data.py api@v0.37.2 apimachinery@v0.37.2 apiextensions-apiserver@v0.37.2 \
        kube-aggregator@v0.37.2 api@v0.24.17 api@v0.19.16

Where two modules define the same type the one named first wins, so the newest comes first.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).parent.parent / "src/seawall/data"

SCALARS = {
    "string": "string",
    "bool": "bool",
    "int": "int64",
    "int32": "int32",
    "int64": "int64",
    "interface{}": "any",
    "k8s.io/apimachinery/pkg/api/resource.Quantity": "quantity",
    "k8s.io/apimachinery/pkg/util/intstr.IntOrString": "intOrString",
    "k8s.io/apimachinery/pkg/apis/meta/v1.Time": "time",
    "k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime": "time",
    "k8s.io/apimachinery/pkg/apis/meta/v1.Duration": "string",
    "k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1": "any",
    "k8s.io/apimachinery/pkg/runtime.RawExtension": "any",
    "k8s.io/apimachinery/pkg/runtime.Object": "any",
    "k8s.io/apimachinery/pkg/types.UID": "string",
    "k8s.io/apimachinery/pkg/types.NodeName": "string",
}

# A schema inside a CustomResourceDefinition is content of its own.
OPAQUE = re.compile(r"k8s\.io/apiextensions-apiserver/.*\.(JSON|JSONSchemaProps)$")

IMPORT = re.compile(r'^\s*(?:import\s+)?(?:(\w+)\s+)?"([\w./-]+)"\s*$')
STRUCT = re.compile(r"^type (\w+) struct ?\{(\})?\s*$")
NAMED = re.compile(r"^type (\w+) =? ?([\w.\[\]*]+)\s*(?://.*)?$")
FIELD = re.compile(r"^\t(?:(\w+) +)?([\w.\[\]*]+(?:\{\})?)\s*(?:`(.*)`)?\s*(?://.*)?$")
MARKER = re.compile(r"^\s*// ?\+listMapKey=(\w+)")
CONSTANT = re.compile(r"^\s*(?:const )?\w+ +(\w+) += +\"")
VERSION = re.compile(r"/v\d\w*$")
GROUP = re.compile(r'^const GroupName = "([\w.]*)"', re.MULTILINE)
LIFECYCLE = re.compile(
    r"^func \(in \*(\w+)\) APILifecycle(Introduced|Deprecated|Removed|Replacement)\(\).*\{\s*return (.*)$", re.MULTILINE
)
REPLACEMENT = re.compile(r'Group: ?"([\w.]*)", Version: ?"(\w+)", Kind: ?"(\w+)"')


@dataclass
class Field:
    """A field of a struct; `name` is empty where the struct is embedded."""

    name: str
    type: str
    keys: list[str]


@dataclass
class Package:
    """What one Go package declares; types are written with the full path of their package."""

    path: str
    structs: dict[str, list[Field]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    enumerations: set[str] = field(default_factory=set)
    group: str | None = None
    lifecycle: dict[str, dict[str, str]] = field(default_factory=dict)


def qualify(expression: str, package: str, imports: dict[str, str]) -> str:
    """`[]v1.Pod` -> `[]k8s.io/api/core/v1.Pod`; pointers vanish, maps become `{}X`, bytes become `bytes`."""
    expression = expression.lstrip("*")
    if expression in {"[]byte", "[]uint8"}:
        return "bytes"
    if expression.startswith("[]"):
        return "[]" + qualify(expression[2:], package, imports)
    if expression.startswith("map["):
        return "{}" + qualify(expression.partition("]")[2], package, imports)
    if expression in SCALARS:
        return expression
    alias, dot, name = expression.rpartition(".")
    return f"{imports.get(alias, alias) if dot else package}.{name}"


def read_field(line: str, keys: list[str], package: str, imports: dict[str, str]) -> Field | None:
    """The field a line of a struct declares; None when JSON does not know it."""
    match = FIELD.match(line)
    if not match:
        return None
    name, expression, tag = match.group(1), match.group(2), match.group(3) or ""
    json_tag = re.search(r'json:"([^"]*)"', tag)
    json_name = json_tag.group(1).partition(",")[0] if json_tag else ""
    if json_name == "-" or (name and not name[0].isupper()):
        return None
    merge = re.search(r'patchMergeKey:"(\w+)"', tag)
    if not keys and merge:
        keys = [merge.group(1)]
    return Field(json_name or name or "", qualify(expression, package, imports), keys)


def read_struct(lines: Iterator[str], package: str, imports: dict[str, str]) -> list[Field]:
    """The fields up to the closing brace."""
    fields: list[Field] = []
    keys: list[str] = []
    for line in lines:
        if line.startswith("}"):
            return fields
        marker = MARKER.match(line)
        if marker:
            keys.append(marker.group(1))
        elif not line.strip().startswith("//"):
            found = read_field(line, keys, package, imports)
            if found:
                fields.append(found)
            keys = []
    raise ValueError(f"a struct of {package} does not end")


def read_types(text: str, into: Package) -> None:
    """Add what a Go file declares."""
    imports: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if match := STRUCT.match(line):
            into.structs[match.group(1)] = [] if match.group(2) else read_struct(lines, into.path, imports)
        elif match := NAMED.match(line):
            into.named[match.group(1)] = qualify(match.group(2), into.path, imports)
        elif match := IMPORT.match(line):
            imports[match.group(1) or match.group(2).rpartition("/")[2]] = match.group(2)
        elif match := CONSTANT.match(line):
            into.enumerations.add(match.group(1))


def read_lifecycle(text: str, into: Package) -> None:
    """Add what a generated lifecycle file says."""
    for kind, what, value in LIFECYCLE.findall(text):
        if what == "Replacement":
            group, version, name = REPLACEMENT.search(value).groups()  # type: ignore[union-attr]  # generated code has one form
            # networking.k8s.io/v1beta1's IngressClass names a list by mistake.
            name = name if kind.endswith("List") else name.removesuffix("List")
            told = f"{group}/{version}/{name}".lstrip("/")
        else:
            told = value.strip().replace(", ", ".")
        into.lifecycle.setdefault(kind, {})[what.lower()] = told


def read_module(module: Path) -> list[Package]:
    """Every package of a module that holds types of the API."""
    name = f"k8s.io/{module.name.partition('@')[0]}"
    packages = []
    for folder in sorted({file.parent for file in module.rglob("*.go")}):
        package = Package(f"{name}/{folder.relative_to(module).as_posix()}")
        for file in sorted(folder.glob("*.go")):
            text = file.read_text(encoding="utf-8")
            if file.name == "register.go" and (match := GROUP.search(text)):
                package.group = match.group(1)
            elif file.name == "zz_generated.prerelease-lifecycle.go":
                read_lifecycle(text, package)
            elif not file.name.startswith("zz_") and not file.name.endswith(("_test.go", ".pb.go", "_generated.go")):
                read_types(text, package)
        packages.append(package)
    return packages


class Table:
    """Resolves type expressions of the packages and collects the types that the kinds reach."""

    def __init__(self, packages: list[Package]) -> None:
        self.structs: dict[str, list[Field]] = {}
        self.named: dict[str, str] = {}
        self.enumerations: set[str] = set()
        self.types: dict[str, dict[str, str]] = {}
        self.open: set[str] = set()
        self.keys: dict[str, dict[str, list[str]]] = {}
        for package in packages:
            for name, fields in package.structs.items():
                self.structs.setdefault(f"{package.path}.{name}", fields)
            for name, expression in package.named.items():
                if f"{package.path}.{name}" not in self.structs:
                    self.named.setdefault(f"{package.path}.{name}", expression)
            self.enumerations |= {f"{package.path}.{name}" for name in package.enumerations}

    def fields(self, name: str) -> Iterator[Field]:
        """The fields of a struct, those of embedded structs in their place."""
        for item in self.structs[name]:
            if item.name:
                yield item
            else:
                yield from self.fields(self.named.get(item.type, item.type))

    def resolve(self, expression: str) -> str:
        """The type expression of the table, whose type is added to it."""
        if expression[:2] in {"[]", "{}"}:
            return expression[:2] + self.resolve(expression[2:])
        if expression == "bytes":
            return "bytes"
        if expression in SCALARS:
            return SCALARS[expression]
        if OPAQUE.match(expression):
            return "any"
        if expression in self.named:
            inner = self.resolve(self.named[expression])
            return "enum" if inner == "string" and expression in self.enumerations else inner
        return self.add(expression)

    def add(self, name: str) -> str:
        """The short name of a struct: the last two steps of its package, `core/v1.Pod`.

        Inside itself a type is `any`, so that no walk along the types is without end.
        """
        short = "/".join(name.split("/")[-2:])
        if short in self.open:
            return "any"
        if short not in self.types:
            self.open.add(short)
            self.types[short] = {item.name: self.resolve(item.type) for item in self.fields(name)}
            self.open.remove(short)
            self.keys[short] = {item.name: item.keys for item in self.fields(name) if item.keys}
        return short


def kinds(packages: list[Package], table: Table) -> dict[str, str]:
    """`apps/v1/Deployment` -> `apps/v1.Deployment` for every kind that is not a list."""
    found: dict[str, str] = {}
    for package in packages:
        # apimachinery's own kinds (Status, DeleteOptions, a group for tests) are no objects of a cluster.
        if package.group is None or not VERSION.search(package.path) or "/apimachinery/" in package.path:
            continue
        version = f"{package.group}/{package.path.rpartition('/')[2]}".lstrip("/")
        for name, fields in package.structs.items():
            embedded = {item.type.rpartition(".")[2] for item in fields if not item.name}
            is_list = any(item.type.endswith(".ListMeta") for item in fields)
            if "TypeMeta" in embedded and not is_list and f"{version}/{name}" not in found:
                found[f"{version}/{name}"] = table.add(f"{package.path}.{name}")
    return found


# What the modules do not say in code: versions that were gone before they told lifecycles, and kinds whose version is
# stable, but which are deprecated in prose. Kubernetes' CHANGELOG-1.<removed, else deprecated>.md.
TOLD_IN_PROSE: dict[str, dict[str, str]] = {
    **{
        f"rbac.authorization.k8s.io/v1alpha1/{kind}": {
            "introduced": "1.5",
            "deprecated": "1.17",
            "replacement": f"rbac.authorization.k8s.io/v1/{kind}",
            "removed": "1.23",
        }
        for kind in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
    },
    "auditregistration.k8s.io/v1alpha1/AuditSink": {"introduced": "1.13", "removed": "1.19"},
    "batch/v2alpha1/CronJob": {"introduced": "1.5", "replacement": "batch/v1/CronJob", "removed": "1.21"},
    "scheduling.k8s.io/v1alpha1/PriorityClass": {
        "introduced": "1.8",
        "deprecated": "1.17",
        "replacement": "scheduling.k8s.io/v1/PriorityClass",
        "removed": "1.23",
    },
    "settings.k8s.io/v1alpha1/PodPreset": {"introduced": "1.6", "removed": "1.20"},
    "v1/ComponentStatus": {"introduced": "1.0", "deprecated": "1.19"},
    "v1/Endpoints": {"introduced": "1.0", "deprecated": "1.33", "replacement": "discovery.k8s.io/v1/EndpointSlice"},
}


def lifecycles(packages: list[Package], known: dict[str, str]) -> dict[str, dict[str, str]]:
    """When each kind came, was deprecated and went; a replacement is told only where it exists."""
    found: dict[str, dict[str, str]] = {}
    for package in packages:
        version = f"{package.group}/{package.path.rpartition('/')[2]}".lstrip("/")
        for kind, facts in package.lifecycle.items():
            if f"{version}/{kind}" in known:
                real = {key: fact for key, fact in facts.items() if key != "replacement" or fact in known}
                found.setdefault(f"{version}/{kind}", real)
    found.update(TOLD_IN_PROSE)
    return found


def write(path: Path, head: dict[str, object], tables: dict[str, dict[str, object]]) -> None:
    """One entry a line: small to read, and a refresh shows as a small difference."""
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for name, table in tables.items():
        rows = (f"{json.dumps(key)}:{json.dumps(table[key], separators=(',', ':'))}" for key in sorted(table))
        parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n}")
    path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def main(modules: list[str]) -> None:
    paths = [Path(module) for module in modules]
    packages = [package for path in paths for package in read_module(path)]
    table = Table(packages)
    known = kinds(packages, table)
    head: dict[str, object] = {
        "source": "the Go types of " + ", ".join(f"k8s.io/{path.name}" for path in paths),
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    merge_keys = {name: keys for name, keys in table.keys.items() if keys}
    write(
        DATA / "api_types.json",
        head,
        {"kinds": dict(known), "types": dict(table.types), "merge_keys": dict(merge_keys)},
    )
    write(DATA / "api_lifecycle.json", head, {"kinds": dict(lifecycles(packages, known))})
    print(f"{len(known)} kinds, {len(table.types)} types")


if __name__ == "__main__":
    main(sys.argv[1:])
