"""The three pictures of an estate: everything is there once, in its place, and nothing of a manifest becomes markup."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.landscape import Landscape, landscape
from seawall.reports.map import FORMATS, render
from seawall.reports.map.layout import TILE, layout
from seawall.reports.map.looks import shortened, text_width
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {space}, labels: {{app: {name}}}}}
spec:
  serviceAccountName: {account}
  containers: [{{name: a, image: registry.example/a:1}}]
"""
REST = """
apiVersion: v1
kind: Namespace
metadata: {name: empty, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: root}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: root, namespace: ops}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: ops}
spec: {podSelector: {}}
"""
HOSTILE = "'\"><script>alert(1)</script>'"


def text(names: tuple[tuple[str, str, str], ...]) -> str:
    pods = "---".join(POD.format(name=name, space=space, account=account) for name, space, account in names)
    return f"{pods}---{REST}"


ESTATE = text((("web", "shop", "default"), ("db", "shop", "default"), ("agent", "ops", "root")))


def picture(manifests: str = ESTATE) -> Landscape:
    return landscape(Estate(collect(read_manifests(manifests, "all.yaml", Reader(), named=True), whole=True)))


def test_what_is_known_of_each_workload() -> None:
    found = picture()
    tiles = {tile.key: tile for tile in found.tiles}
    assert set(tiles) == {"shop/Pod/web", "shop/Pod/db", "ops/Pod/agent"}
    assert [space.name for space in found.spaces] == ["empty", "ops", "shop"]
    assert [space.enforced for space in found.spaces] == ["baseline", "", ""]
    assert tiles["shop/Pod/web"].reach == 3
    assert tiles["shop/Pod/web"].doors == ("from node network: NodePort web, every node:30080 (TCP)",)
    assert tiles["shop/Pod/db"].reach == 0
    assert (tiles["ops/Pod/agent"].account, tiles["ops/Pod/agent"].might) == ("ops/root", 4)
    assert {tile.level for tile in found.tiles} == {"baseline"}


def test_flows_are_what_policies_let_through() -> None:
    found = picture()
    numbers = {tile.key: number for number, tile in enumerate(found.tiles)}
    into = {key: sum(flow.sources for flow in found.flows if flow.target == n) for key, n in numbers.items()}
    assert into["ops/Pod/agent"] == 0
    assert into["shop/Pod/db"] == 1 << numbers["shop/Pod/web"] | 1 << numbers["ops/Pod/agent"]


@pytest.mark.parametrize("many", [1, 7, 200])
def test_nothing_overlaps(many: int) -> None:
    found = picture(text(tuple((f"p{n}", f"ns-{n % 5}", "default") for n in range(many))))
    place = layout(found)
    for space, box in zip(found.spaces, place.boxes, strict=True):
        assert box.x >= 0
        assert box.x + box.width <= place.width
        assert box.y + box.height <= place.height
        spots = [place.tiles[number] for number in space.tiles]
        assert len(set(spots)) == len(spots)
        for x, y in spots:
            assert box.x <= x
            assert x + place.tile_width <= box.x + box.width
            assert box.y <= y
            assert y + TILE <= box.y + box.height
    corners = {(box.x, box.y) for box in place.boxes}
    assert len(corners) == len(place.boxes)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, value in attrs if name in ("src", "href") or (value or "").startswith("http")]


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = render(picture(), "html")
    reader = _Tags()
    reader.feed(page)
    assert reader.tags.count("script") == 2
    assert reader.tags.count("tr") == 4
    assert "@@" not in page
    assert re.search(r"https?://(?!www\.w3\.org)", page) is None
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    data = json.loads(held[1])
    assert [tile["key"] for tile in data["tiles"]] == ["ops/Pod/agent", "shop/Pod/db", "shop/Pod/web"]
    assert all(flow[1] < len(data["sets"]) for flow in data["flows"])


def test_the_svg_is_xml_with_a_title_for_each_workload() -> None:
    root = ET.fromstring(render(picture(), "svg"))
    titles = [title.text or "" for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "Pod shop/web, meets baseline only, reached from node network" in titles
    assert "Pod ops/agent, meets baseline only, account ops/root: everything" in titles


@pytest.mark.parametrize("name", ["web", "recommendationservice", "W" * 40, "i" * 40, "ü" * 40])
def test_a_name_fits_into_its_tile(name: str) -> None:
    short = shortened(name, 11, 112)
    assert text_width(short, 11) <= 112
    assert short == name or (short.endswith("…") and name.startswith(short[:-1]))
    assert shortened("web", 11, 112) == "web"
    # DejaVu Sans, the widest that a browser is likely to take, needs 138 units of this one.
    assert text_width("recommendationservice", 11) > 138


def test_the_svg_shows_ways_in_over_the_namespaces_and_says_what_lines_mean() -> None:
    drawn = render(picture(), "svg")
    assert drawn.index('fill="#f4f6fa"') < drawn.index('stroke-opacity="0.45"') < drawn.index(">web<")
    assert "flows between namespaces" in drawn
    root = ET.fromstring(render(picture(text((("recommendationservice", "shop", "default"),))), "svg"))
    texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [each for each in texts if each.startswith("recommend")] == ["recommendatio…"]


def test_the_graph_names_flows_and_ways_in() -> None:
    dot = render(picture(), "dot")
    assert dot.startswith("digraph estate {")
    assert dot.rstrip().endswith("}")
    assert 'label="shop";' in dot
    assert 'outside -> w2 [color="#2563eb", label="node network"];' in dot
    assert "w0 -> w1 [" in dot
    many = render(picture(text(tuple((f"p{n}", f"ns-{n % 3}", "default") for n in range(90)))), "dot")
    assert 'lhead=cluster_2, label="900 pairs"' in many


@pytest.mark.parametrize("form", FORMATS)
def test_names_are_never_markup(form: str) -> None:
    drawn = render(picture(text(((HOSTILE, "shop", "default"),))), form)
    if form == "dot":
        # There a quote is what ends a name.
        assert re.sub(r'"(?:[^"\\]|\\.)*"', "", drawn).count("script") == 0
    else:
        assert "<script>alert" not in drawn


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_estate_is_a_picture_too(form: str) -> None:
    assert render(landscape(Estate(collect([]))), form)


def test_what_was_not_seen_is_noted() -> None:
    found = landscape(Estate(collect(read_manifests(ESTATE, "all.yaml", Reader(), named=True))))
    assert found.notes[0].startswith("The input is not said to be the whole cluster")
    assert "not said to be the whole" in render(found, "html")


def test_a_name_that_looks_like_a_mark_of_the_page_is_a_name() -> None:
    marks = "@@DATA@@@@SCRIPT@@@@STYLE@@@@ROWS@@"
    pod = POD.format(name="web", space="shop", account="a").replace("name: web", f'name: "{marks}"')
    page = render(picture(pod), "html")
    assert page.count('"mights":') == page.count("</style>") == 1
    assert page.count(marks) >= 2
