"""Write the table of security frameworks from files that map their controls to Seawall's concepts.

Usage:

    python scripts/refresh_frameworks.py frameworks.yaml cis-kubernetes.yaml pss.yaml

The first file holds `concepts` and the frameworks mapped to them, the second the controls of the CIS benchmarks, the
third the checks of the Pod Security Standards. What their authors could not verify stays marked in the table.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).parent.parent / "src/seawall/data/frameworks.json"

Table = dict[str, Any]

CORRECTIONS: dict[str, Table] = {
    # Level 2 in editions before (1.6's 5.2.9, 1.10's 5.2.10) and after (2.0.1); the files' source of levels slipped.
    "cis-1.12:5.2.9": {"level": 2},
    # The guide asks for one or the other: who runs as no root needs no user namespace.
    "nsa-1.2:pod-non-root": {"concepts": ["run-as-root"]},
    # It is about what Secrets are in etcd and in manifests; that a container gets one as a variable is no fault there.
    "nsa-1.2:net-secrets": {"concepts": ["secrets-not-encrypted", "secret-in-config"]},
    # A profile that logs is a file of the nodes: to have no profile is another fault, which pod-enforcement names.
    "nsa-1.2:audit-seccomp": {"concepts": [], "evidence": "host"},
    # They are about other bad states than wildcards, of which Seawall has no rule: a role without one is no pass.
    "kubescape:C-0007": {"title": "subject can delete objects", "concepts": ["rbac-delete"]},
    "kubescape:C-0267": {
        "title": "workload runs with rights that take the cluster over",
        "concepts": ["workload-takes-over"],
    },
}
"""What the files get wrong, by the control's full id: the fields that are right instead."""

CONCEPTS: dict[str, Table] = {
    "rbac-delete": {"layer": "cluster", "means": "subject can delete objects"},
    "workload-takes-over": {"layer": "cluster", "means": "workload runs with rights that take the cluster over"},
}
"""Bad states that the files do not name, and corrections do."""


def control(row: Table, **more: Any) -> Table:
    """A control in the table's form; fields that say nothing are left out."""
    concepts = row["concepts"] if "concepts" in row else [row["concept"]]
    fields = {"id": row["id"], "title": row.get("title") or row.get("name"), "concepts": concepts, **more}
    if row.get("verified") is False:
        fields["verified"] = False
    return {key: value for key, value in fields.items() if value not in ("", None)}


def framework(name: str, revision: str, title: str, controls: list[Table], *, tagged: bool = True) -> tuple[str, Table]:
    ids = [row["id"] for row in controls]
    if len(ids) != len(set(ids)):
        raise SystemExit(f"{name}-{revision} has two controls of one id")
    key = f"{name}-{revision}" if revision else name
    return key, {"name": name, "revision": revision, "title": title, "tagged": tagged, "controls": controls}


def owasp(table: Table) -> Iterator[tuple[str, Table]]:
    for edition, content in table["editions"].items():
        rows = [control(row) for row in content["items"]]
        yield framework("owasp", edition, "OWASP Kubernetes Top Ten", rows, tagged=edition == table["newest"])


def attack(table: Table) -> tuple[str, Table]:
    names = table["tactics"]
    rows = [control(row, section=names[row["tactics"][0]]) for row in table["techniques"]]
    rows += [control(row, section="Other platforms") for row in table["related_other_platforms"]]
    return framework("attack", table["version"], "MITRE ATT&CK, Containers", rows)


def microsoft(table: Table) -> Iterator[tuple[str, Table]]:
    rows = [control(row, section=row["tactics"][0]) for row in table["techniques"]]
    yield framework("ms-threat-matrix", "", "Microsoft Threat Matrix for Kubernetes", rows)
    rows = [control(row) for row in table["mitigations"]]
    yield framework("ms-mitigations", "", "Microsoft Threat Matrix for Kubernetes, mitigations", rows, tagged=False)


def nsa(table: Table) -> tuple[str, Table]:
    rows = [
        control(
            row | ({"verified": False} if section.get("verified") is False else {}),
            section=section["name"],
        )
        for section in table["sections"]
        for row in section["items"]
    ]
    return framework("nsa", table["newest"], "NSA and CISA Kubernetes Hardening Guide", rows)


def kubescape(table: Table, concepts: Table) -> tuple[str, Table]:
    rows = [
        control({"id": key, "title": concepts[concept]["means"], "concepts": [concept]})
        for key, concept in table.items()
    ]
    return framework("kubescape", "", "Kubescape controls", rows)


def cis(table: Table, concepts: Table) -> Iterator[tuple[str, Table]]:
    kept = ("level", "assessment", "evidence")
    sections = table["sections"]
    rows = [
        control(row, section=sections.get(row["id"].rpartition(".")[0], ""), **{key: row.get(key) for key in kept})
        for row in table["controls"]
    ]
    revision = ".".join(table["meta"]["version"].lstrip("v").split(".")[:2])
    yield framework("cis", revision, table["meta"]["benchmark"], rows)
    own = {row["id"]: row for row in table["controls"]}
    for provider, variant in table["managed_variants"].items():
        if isinstance(variant, dict) and variant.get("controls"):
            yield _managed(provider, variant, own, concepts)


def _managed(provider: str, variant: Table, own: Table, concepts: Table) -> tuple[str, Table]:
    """What the variant leaves out, the control of the same meaning gives; section 4 speaks of objects of the API."""
    rows = []
    for row in variant["controls"]:
        like = own.get(row.get("same_as"), {})
        in_api = row["id"].startswith("4.") and concepts[row["concept"]]["layer"] != "cloud"
        fields = {"assessment": row["assessment"], "evidence": like.get("evidence", "api" if in_api else "cloud")}
        rows.append(control({**row, "title": row.get("title") or like.get("title")}, **fields))
    version = ".".join(variant["version"].lstrip("v").split(".")[:2])
    return framework(f"cis-{provider}", version, variant["benchmark"], rows, tagged=False)


def pss(table: Table) -> tuple[str, Table]:
    """Concepts are coarser than these checks, so rules name the checks themselves."""
    rows = [
        control(
            {**row, "id": f"{row['level']}:{row['id']}", "title": row["reason"], "concepts": []}, section=row["level"]
        )
        for row in table["checks"]
    ]
    return framework("pss", "", "Pod Security Standards", rows)


def correct(tables: dict[str, Table]) -> None:
    """Lays the corrections over the tables; one that changes nothing is to be taken out."""
    rows = {f"{key}:{row['id']}": row for key, table in tables.items() for row in table["controls"]}
    for name, fields in CORRECTIONS.items():
        row = rows[name]
        if all(row.get(key) == value for key, value in fields.items()):
            raise SystemExit(f"{name} is right as the files have it: take its correction out")
        row.update(fields)


def main(frameworks: str, benchmarks: str, standards: str) -> None:
    maps, cis_map, pss_map = (yaml.safe_load(Path(path).read_text()) for path in (frameworks, benchmarks, standards))
    concepts = maps["concepts"] | CONCEPTS
    hound = [control(row) for row in maps["kubehound_attacks"]["techniques"]]
    tables = dict(
        [
            *cis(cis_map, concepts),
            nsa(maps["nsa_cisa_hardening_guide"]),
            *owasp(maps["owasp_kubernetes_top_ten"]),
            pss(pss_map),
            attack(maps["mitre_attack_containers"]),
            *microsoft(maps["microsoft_threat_matrix"]),
            kubescape(maps["kubescape_control_ids"], concepts),
            framework("kubehound", "", "KubeHound attacks", hound, tagged=False),
        ]
    )
    correct(tables)
    strangers = {c for t in tables.values() for row in t["controls"] for c in row["concepts"]} - set(concepts)
    if strangers:
        raise SystemExit(f"controls name concepts that the table lacks: {', '.join(sorted(strangers))}")
    sources = [*maps["meta"]["sources"], ", ".join(cis_map["meta"]["sources"]), pss_map["meta"]["source"]]
    out = {"sources": sources, "concepts": concepts, "frameworks": tables}
    TARGET.write_text(
        json.dumps(out, indent=None, separators=(",", ":"), ensure_ascii=False).replace("},", "},\n") + "\n"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
