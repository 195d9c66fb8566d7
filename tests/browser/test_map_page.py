"""The map's page in a real browser without a screen: what people do with it, and that it draws a thousand workloads."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import browser

from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import Inventory, collect
from seawall.model import Estate
from seawall.model.landscape import landscape
from seawall.reports.map import render

pytestmark = pytest.mark.browser

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,900",
)  # fmt: skip


def deployment(name: str, namespace: str, **pod: Any) -> dict[str, Any]:
    spec = {
        "containers": [{"name": "main", "image": "registry.example/app:1", "ports": [{"containerPort": 8080}]}],
        **pod,
    }
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": template}}


POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "only-web", "namespace": "shop"},
    "spec": {
        "podSelector": {"matchLabels": {"app": "db"}},
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 5432}]}],
    },
}
WEB_TO_DB = {
    "podSelector": {"matchLabels": {"app": "web"}},
    "policyTypes": ["Ingress", "Egress"],
    "egress": [{"to": [{"podSelector": {"matchLabels": {"app": "db"}}}]}],
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 443, "targetPort": 8080}]},
}
SHOP = [deployment("web", "shop"), deployment("db", "shop"), deployment("</script><b>x", "ops"), POLICY, SERVICE]


def inventory(trees: Sequence[dict[str, Any] | Document]) -> Inventory:
    made = (
        tree if isinstance(tree, Document) else Document(f"{n}.yaml", ObjectText(tree, f"{n}.yaml"))
        for n, tree in enumerate(trees)
    )  # fmt: skip
    return collect(made, whole=True)


def run(trees: Sequence[dict[str, Any] | Document], script: str, folder: Path) -> Any:
    """What a script returns that runs in the page once it is drawn."""
    page = render(landscape(Estate(inventory(trees))), "html")
    asked = (
        "<pre id=answer></pre><script>{ let found; "
        f"try {{ found = (() => {{ {script} }})(); }} catch (error) {{ found = String(error.stack); }}"
        'document.getElementById("answer").textContent = JSON.stringify(found) + "\\u2302"; }</script></body>'
    )
    file = folder / "map.html"
    file.write_text(page.replace("</body>", asked), "utf-8")
    program = browser()
    assert program is not None
    command = [
        program,
        *OPTIONS,
        f"--user-data-dir={folder}/profile",
        "--virtual-time-budget=3000",
        "--dump-dom",
        file.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    match = re.search(r"<pre id=\"answer\">(.*)⌂</pre>", done.stdout, re.DOTALL)
    assert match is not None, done.stdout[-2000:]
    return json.loads(match[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def test_a_workload_tells_who_may_reach_it(tmp_path: Path) -> None:
    found = run(
        SHOP,
        """
        const number = seawall.data.tiles.findIndex((tile) => tile.name === "db");
        seawall.choose(number);
        return {
          reachedBy: [...seawall.reachedBy().keys()].map((n) => seawall.data.tiles[n].name),
          panel: document.getElementById("detail").textContent,
        };
        """,
        tmp_path,
    )
    assert found["reachedBy"] == ["web"]
    assert "shop/Deployment/db" in found["panel"]
    assert "May be reached by (1)shop/Deployment/web: TCP 5432" in found["panel"]


def test_search_namespace_and_filters(tmp_path: Path) -> None:
    found = run(
        SHOP,
        """
        const names = () => seawall.data.tiles.filter((_, n) => seawall.shown()[n]).map((tile) => tile.name);
        const set = (id, value, event) => {
          const box = document.getElementById(id);
          if (typeof value === "boolean") box.checked = value; else box.value = value;
          box.dispatchEvent(new Event(event));
        };
        const found = { all: names().length };
        set("search", "DB", "input"); found.word = names();
        found.listed = [...document.querySelectorAll("#found button")].map((each) => each.textContent);
        set("search", "", "input");
        set("space", "0", "change"); found.space = names().length;
        set("space", "", "change");
        set("only-outside", true, "change"); found.outside = names();
        return found;
        """,
        tmp_path,
    )
    assert found["all"] == 3
    assert found["word"] == ["db"]
    assert found["listed"] == ["shop/Deployment/db"]
    assert found["space"] == 1
    assert found["outside"] == ["web"]


def test_it_is_moved_and_chosen_with_pointer_wheel_and_keys(tmp_path: Path) -> None:
    found = run(
        SHOP,
        """
        const canvas = document.getElementById("map");
        const box = canvas.getBoundingClientRect();
        const tile = seawall.data.tiles.findIndex((each) => each.name === "web");
        const { x, y } = seawall.data.tiles[tile];
        const at = () => ({
          clientX: box.left + (x + 5) * seawall.view.scale + seawall.view.x,
          clientY: box.top + (y + 5) * seawall.view.scale + seawall.view.y, pointerId: 1, bubbles: true,
        });
        canvas.setPointerCapture = () => {};
        const send = (kind) => canvas.dispatchEvent(new PointerEvent(kind, at()));
        const before = seawall.view.scale;
        canvas.dispatchEvent(new WheelEvent("wheel", { ...at(), deltaY: -200, cancelable: true }));
        const after = seawall.view.scale;
        send("pointerdown");
        send("pointerup");
        const chosen = seawall.state.chosen;
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", cancelable: true }));
        const left = seawall.view.x;
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", cancelable: true }));
        const moved = Math.round(seawall.view.x - left);
        return { larger: after > before, chosen: chosen === tile, none: seawall.state.chosen, moved };
        """,
        tmp_path,
    )
    assert found == {"larger": True, "chosen": True, "none": -1, "moved": 40}


def test_what_is_written_in_a_manifest_stays_text(tmp_path: Path) -> None:
    found = run(
        SHOP,
        """
        const number = seawall.data.tiles.findIndex((tile) => tile.name.includes("x"));
        seawall.choose(number);
        const cells = [...document.querySelectorAll("td")].filter((cell) => cell.textContent.includes("script>"));
        const bold = document.querySelectorAll("b").length;
        return { name: seawall.data.tiles[number].name, bold, cells: cells.length };
        """,
        tmp_path,
    )
    assert found == {"name": "</script><b>x", "bold": 0, "cells": 1}


PIXELS = """
        const pen = document.getElementById("map").getContext("2d");
        const ratio = window.devicePixelRatio || 1;
        // How many points of a rectangle of the map have about this colour.
        const points = (x, y, width, height, [red, green, blue]) => {
          const at = (v, move) => Math.round((v * seawall.view.scale + move) * ratio);
          const wide = (v) => Math.max(Math.round(v * seawall.view.scale * ratio), 1);
          const held = pen.getImageData(at(x, seawall.view.x), at(y, seawall.view.y), wide(width), wide(height)).data;
          let count = 0;
          for (let i = 0; i < held.length; i += 4) {
            count += Math.hypot(held[i] - red, held[i + 1] - green, held[i + 2] - blue) < 60;
          }
          return count;
        };
        const named = (name) => seawall.data.tiles.findIndex((each) => each.name === name);
"""


def test_what_the_outside_reaches_shows_before_anything_is_chosen(tmp_path: Path) -> None:
    found = run(
        SHOP,
        PIXELS
        + """
        seawall.draw();
        const blue = (number) => {
          const { x, y } = seawall.data.tiles[number];
          return points(x + seawall.data.wide - 8, 58, 10, y - 72, [146, 177, 245]);
        };
        const other = seawall.data.tiles.findIndex((each) => each.key.startsWith("ops/"));
        return { web: blue(named("web")), other: blue(other) };
        """,
        tmp_path,
    )
    assert found["web"] > 10
    assert found["other"] == 0


def test_flows_of_the_chosen_have_a_head_and_a_look_of_their_own(tmp_path: Path) -> None:
    trees = [*SHOP, {**POLICY, "metadata": {"name": "web", "namespace": "shop"}, "spec": WEB_TO_DB}]
    found = run(
        trees,
        PIXELS
        + """
        const all = () => [[40, 45, 55], [226, 80, 145]].map((colour) =>
          points(0, 0, seawall.data.width, seawall.data.height, colour));
        seawall.draw();
        const before = all();
        seawall.choose(named("db")); seawall.draw();
        const coming = all();
        seawall.choose(named("web")); seawall.draw();
        const going = all();
        const legend = [...document.querySelectorAll("#legend li")].map((each) => each.textContent);
        return { before, coming, going, legend };
        """,
        tmp_path,
    )
    assert found["before"][1] == 0
    assert found["coming"][0] > found["before"][0]
    assert found["going"][1] > 0
    assert "flows between namespaces (thicker: more pairs)" in found["legend"]
    assert {"may reach what is chosen", "is reached by what is chosen"} <= set(found["legend"])


def test_long_names_end_in_an_ellipsis_and_long_paths_do_not_scroll(tmp_path: Path) -> None:
    name = "recommendation-service-of-the-whole-shop"
    trees = [*SHOP, deployment(name, "shop")]
    folder = "folder" * 30
    documents = [Document(f"{folder}/{n}.yaml", ObjectText(tree, f"{folder}/{n}")) for n, tree in enumerate(trees)]
    found = run(
        documents,
        f"""
        seawall.draw();
        seawall.choose(seawall.data.tiles.findIndex((each) => each.name === "{name}"));
        const panel = document.getElementById("panel");
        const wide = panel.scrollWidth - panel.clientWidth;
        return {{ short: seawall.short("{name}"), web: seawall.short("web"), wide,
                 place: document.getElementById("detail").textContent.includes("folderfolder") }};
        """,
        tmp_path,
    )
    assert found["web"] == "web"
    assert found["short"].endswith("…")
    assert name.startswith(found["short"][:-1])
    assert len(found["short"]) > 8
    assert found["wide"] <= 0
    assert found["place"]


def test_a_thousand_workloads_are_drawn(tmp_path: Path) -> None:
    trees = [deployment(f"app-{n}", f"team-{n % 40:02}") for n in range(1000)]
    found = run(
        trees,
        """
        const pen = document.getElementById("map").getContext("2d");
        seawall.draw();
        const { width, height } = pen.canvas;
        const drawn = pen.getImageData(0, 0, width, height).data;
        const colours = new Set();
        for (let i = 0; i < drawn.length; i += 4) colours.add((drawn[i] << 16) | (drawn[i + 1] << 8) | drawn[i + 2]);
        return { tiles: seawall.data.tiles.length, red: colours.has(0xe0a526), flows: seawall.data.flows.length,
                 sets: seawall.data.sets.length };
        """,
        tmp_path,
    )
    # Alike sources are written once for all that they reach: the page stays small.
    assert found["tiles"] == 1000
    assert found["red"] is True
    assert found["sets"] <= 1000
