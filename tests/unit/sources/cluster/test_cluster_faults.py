"""A server that fails: nothing is lost in silence, nothing is read twice, nothing goes on for ever."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
import trustme
from tests.fake_cluster import Answer, FakeCluster, Hook, Request, answer, kubeconfig, pod, served, thing

from seawall.sources.cluster.reading import read_cluster
from seawall.sources.cluster.transport import Pace
from seawall.sources.cluster.wanted import UNREACHED, Gap, Live, Wanted

FAST = Pace(qps=10_000, tries=4, pause=0.001, timeout=5)
PODS = "/api/v1/pods"


def quiet(_what: str, _done: int) -> None:
    pass


def read(cluster: FakeCluster, folder: Path, pace: Pace = FAST) -> Live:
    return read_cluster(Wanted(kubeconfig=kubeconfig(folder, cluster.url)), {}, quiet, pace)


def names(live: Live) -> list[str]:
    return [document.text.value["metadata"]["name"] for document in live.documents]


def gap(live: Live, kind: str = "Pod") -> Gap | None:
    return next((each for each in live.gaps if each.kind == kind), None)


def at(path: str, *answers: Answer | None) -> Hook:
    """The first requests of a path are answered so, one after the other; None is what the server would say."""

    def hook(request: Request) -> Answer | None:
        return answers[request.number] if request.path == path and request.number < len(answers) else None

    return hook


def always(path: str, said: Callable[[Request], Answer]) -> Hook:
    return lambda request: said(request) if request.path == path else None


@pytest.fixture
def shop() -> FakeCluster:
    return FakeCluster([thing("Namespace", "shop", None), *(pod(f"p{number}") for number in range(10))])


ALL = ["shop", *(f"p{number}" for number in range(10))]


@pytest.mark.parametrize(
    "failure",
    [
        answer({}, 429, **{"Retry-After": "0"}),
        answer({}, 500),
        answer({}, 503),
        Answer(200, b'{"kind": "PodList", "items": [{"metadata"', cut=5),
        Answer(200, b'{"kind": "PodList", "items": [{"metadata"'),
        Answer(200, b"<html>please log in</html>"),
        Answer(200, b"not gzip", {"Content-Encoding": "gzip"}),
    ],
)
def test_what_passes_is_tried_again(tmp_path: Path, shop: FakeCluster, failure: Answer) -> None:
    shop.hooks.append(at(PODS, failure, failure))
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ALL
    assert gap(live) is None


@pytest.mark.parametrize(
    ("said", "why", "asked"),
    [
        (answer({}, 429), "the server answers with 429", 4),
        (answer({}, 500), "the server answers with 500", 4),
        (answer({}, 404), "the server answers with 404", 1),
        (Answer(200, b"{", cut=1), "the connection broke", 4),
        (Answer(200, b"<html>"), "the server answered with HTML", 3),
        (Answer(200, b'{"kind": "PodList", "items": ['), "something that is no JSON, or half of it", 3),
        (answer({"kind": "PodList", "items": 7}), "something that is no list", 3),
        (answer({"kind": "Status", "status": "Success"}), "something that is no list", 3),
        (answer([1]), "JSON of another form", 3),
        (answer({}, 302, Location="https://elsewhere.example/x"), "redirects to elsewhere.example (302)", 1),
        (answer({}, 401), "does not take the credentials (401)", 1),
    ],
)
def test_what_does_not_pass_is_a_gap_and_costs_nothing_else(
    tmp_path: Path, shop: FakeCluster, said: Answer, why: str, asked: int
) -> None:
    shop.hooks.append(always(PODS, lambda request: said))
    with served(shop):
        live = read(shop, tmp_path)
    found = gap(live)
    assert found is not None
    assert why in found.why
    assert not found.refused
    assert shop.paths().count(PODS) == asked
    assert names(live) == ["shop"]


def test_no_redirect_is_followed_with_credentials(tmp_path: Path, shop: FakeCluster) -> None:
    other = FakeCluster()
    with served(shop), served(other):
        shop.hooks.append(lambda request: answer({}, 307, Location=other.url + request.path))
        live = read(shop, tmp_path)
    assert other.requests == []
    [problem] = live.problems
    assert problem.kind == UNREACHED
    assert "redirects to 127.0.0.1 (307), which is not followed" in problem.message


def test_what_was_read_before_the_server_failed_is_kept_and_the_rest_is_said(tmp_path: Path, shop: FakeCluster) -> None:
    shop.page = 4
    shop.hooks.append(lambda request: answer({}, 500) if request.query.get("continue") == "8" else None)
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ALL[:9]
    found = gap(live)
    assert found is not None
    assert found.why == "only 8 were read: the server answers with 500"


def expired(**metadata: str) -> Answer:
    return answer({"kind": "Status", "reason": "Expired", "code": 410, "metadata": metadata}, 410)


def test_an_expired_list_goes_on_where_the_server_says(tmp_path: Path, shop: FakeCluster) -> None:
    shop.page = 4
    shop.hooks.append(at(PODS, None, expired(**{"continue": "04"})))
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ALL
    assert gap(live) is None
    tokens = [request.query.get("continue", "") for request in shop.requests if request.path == PODS]
    assert tokens == ["", "4", "04", "8"]


def test_an_expired_list_starts_again_where_the_server_says_nothing(tmp_path: Path, shop: FakeCluster) -> None:
    """What went meanwhile is gone, what came is there, and nothing is there twice."""
    shop.page = 4

    def change(request: Request) -> Answer | None:
        if request.path != PODS or request.number != 1:
            return None
        del shop.objects[1]
        shop.objects.append(pod("late"))
        return expired()

    shop.hooks.append(change)
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ["shop", *(f"p{number}" for number in range(1, 10)), "late"]
    assert gap(live) is None


def test_a_list_that_always_expires_ends(tmp_path: Path, shop: FakeCluster) -> None:
    shop.page = 4
    shop.hooks.append(lambda request: expired() if "continue" in request.query else None)
    with served(shop):
        live = read(shop, tmp_path)
    found = gap(live)
    assert found is not None
    assert "expired 4 times before it was read (410)" in found.why


def test_a_token_that_never_ends_is_not_followed_for_ever(tmp_path: Path, shop: FakeCluster) -> None:
    page = {"kind": "PodList", "metadata": {"continue": "again"}, "items": [pod("p")]}
    shop.hooks.append(always(PODS, lambda request: answer(page)))
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ["shop", "p"]
    found = gap(live)
    assert found is not None
    assert found.why == "only 1 were read: the server gives the same page again and again"


def test_pages_that_bring_nothing_new_end(tmp_path: Path, shop: FakeCluster) -> None:
    def said(request: Request) -> Answer:
        return answer({"kind": "PodList", "metadata": {"continue": str(request.number)}, "items": []})

    shop.hooks.append(always(PODS, said))
    with served(shop):
        live = read(shop, tmp_path)
    found = gap(live)
    assert found is not None
    assert "20 pages in a row brought nothing new" in found.why


def test_items_that_are_no_objects_are_counted(tmp_path: Path, shop: FakeCluster) -> None:
    items = [pod("good"), 7, None, {"metadata": {}}, {"metadata": "x"}, {"metadata": {"name": ["x"]}}]
    shop.hooks.append(always(PODS, lambda request: answer({"kind": "PodList", "items": items})))
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ["shop", "good"]
    [problem] = live.problems
    assert problem.message == "5 items of the list of pods are no objects with a name"
    assert problem.hides


def test_an_empty_list_may_be_null(tmp_path: Path, shop: FakeCluster) -> None:
    shop.hooks.append(always(PODS, lambda request: answer({"kind": "PodList", "items": None})))
    with served(shop):
        live = read(shop, tmp_path)
    assert (names(live), gap(live)) == (["shop"], None)


def test_a_slow_server_is_not_waited_for_without_end(tmp_path: Path, shop: FakeCluster) -> None:
    never = threading.Event()
    slow = msgspec.structs.replace(FAST, timeout=0.05)
    shop.hooks.append(always(PODS, lambda request: Answer(200, b"{}", wait=never)))
    with served(shop):
        live = read(shop, tmp_path, slow)
        never.set()
    found = gap(live)
    assert found is not None
    assert "did not answer" in found.why


def test_an_answer_that_is_too_large_is_not_held(tmp_path: Path, shop: FakeCluster) -> None:
    small = msgspec.structs.replace(FAST, largest=1 << 20)
    huge = json.dumps({"kind": "PodList", "items": [pod("p")], "x": "y" * (2 << 20)}).encode()
    shop.hooks.append(always(PODS, lambda request: Answer(200, huge)))
    with served(shop):
        live = read(shop, tmp_path, small)
    found = gap(live)
    assert found is not None
    assert found.why == "the server's answer is larger than 1 MB"
    assert shop.paths().count(PODS) == 1


def test_many_objects_are_all_read_once(tmp_path: Path) -> None:
    cluster = FakeCluster([pod(f"p{number}") for number in range(3_100)])
    with served(cluster):
        live = read(cluster, tmp_path)
    assert len(set(names(live))) == len(names(live)) == 3_100
    assert cluster.paths().count(PODS) == 7


@pytest.mark.parametrize("aggregated", [True, False])
def test_a_broken_group_costs_itself(tmp_path: Path, shop: FakeCluster, aggregated: bool) -> None:
    shop.aggregated = aggregated
    shop.add("shop.example", "v1", "carts", "Cart")
    shop.add("metrics.k8s.io", "v1beta1", "pods", "PodMetrics")
    shop.stale = {"shop.example", "metrics.k8s.io"}
    for group in ("shop.example/v1", "metrics.k8s.io/v1beta1"):
        shop.hooks.append(always(f"/apis/{group}", lambda request: answer({}, 503)))
    with served(shop):
        live = read(shop, tmp_path)
    assert names(live) == ALL
    if aggregated:
        assert gap(live, "Cart") == Gap("Cart", "shop.example", "carts", "the server behind its group does not answer")
        assert not live.problems
    else:
        [problem] = live.problems
        assert problem.message == "the API group shop.example/v1 was not read: the server answers with 503"
    assert "/apis/shop.example/v1/carts" not in shop.paths()


def test_a_broken_group_of_kubernetes_names_the_kinds_that_it_has(tmp_path: Path, shop: FakeCluster) -> None:
    shop.aggregated = False
    shop.hooks.append(always("/apis/apps/v1", lambda request: answer({}, 503)))
    with served(shop):
        live = read(shop, tmp_path)
    apps = [each.kind for each in live.gaps if each.group == "apps"]
    assert apps == ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]


def unreached(live: Live) -> str:
    [problem] = live.problems
    assert (problem.kind, live.documents) == (UNREACHED, ())
    assert problem.hint
    return problem.message


def test_a_server_that_is_not_there_is_said(tmp_path: Path, shop: FakeCluster) -> None:
    with served(shop):
        pass
    assert "cannot be reached" in unreached(read(shop, tmp_path))


def test_a_server_that_nobody_answers_for_is_given_up_soon(
    tmp_path: Path, shop: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def silence(client: object, method: str, path: str, **rest: object) -> None:
        tried.append(path)
        raise httpx.ConnectTimeout("timed out")

    monkeypatch.setattr(httpx.Client, "stream", silence)
    shop.url = "https://api.example"
    said = unreached(read(shop, tmp_path))
    assert "cannot be reached: nobody answered in 10 s" in said
    assert tried == ["/version", "/version"]


def test_credentials_that_do_not_hold_are_said(tmp_path: Path, shop: FakeCluster) -> None:
    shop.token = "right"
    with served(shop):
        said = unreached(read(shop, tmp_path))
    assert said == "the cluster of context shop was not read: the server does not take the credentials (401)"
    assert shop.paths() == ["/version"]


def test_a_page_of_a_proxy_is_no_server(tmp_path: Path, shop: FakeCluster) -> None:
    shop.hooks.append(lambda request: Answer(200, b"<!doctype html><title>Log in</title>"))
    with served(shop):
        assert "answered with HTML" in unreached(read(shop, tmp_path))


def test_a_server_that_does_not_say_what_it_has_is_not_read(tmp_path: Path, shop: FakeCluster) -> None:
    shop.hooks.append(always("/apis", lambda request: answer({"kind": "Status"}, 403)))
    with served(shop):
        assert "the server forbids it (403)" in unreached(read(shop, tmp_path))


def test_a_version_that_is_not_told_is_no_reason_to_stop(tmp_path: Path, shop: FakeCluster) -> None:
    shop.hooks.append(always("/version", lambda request: answer({}, 403)))
    with served(shop):
        live = read(shop, tmp_path)
    assert (names(live), live.version) == (ALL, "")


def test_a_certificate_of_somebody_else_is_refused_at_once(tmp_path: Path, shop: FakeCluster) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with served(shop, context):
        said = unreached(read(shop, tmp_path))
    assert "the TLS connection to https://127.0.0.1" in said
    assert "failed" in said
    assert shop.requests == []


def test_plain_text_where_tls_was_meant_is_said(tmp_path: Path, shop: FakeCluster) -> None:
    with served(shop):
        shop.url = shop.url.replace("http:", "https:")
        said = unreached(read(shop, tmp_path))
    assert "TLS connection" in said or "connection broke" in said or "cannot be reached" in said


def test_nobody_asks_on_after_an_interrupt(tmp_path: Path, shop: FakeCluster) -> None:
    def interrupted(_what: str, _done: int) -> None:
        raise KeyboardInterrupt

    shop.hooks.append(always(PODS, lambda _: answer({}, 429, **{"Retry-After": "30"})))
    with served(shop), pytest.raises(KeyboardInterrupt):
        read_cluster(Wanted(kubeconfig=kubeconfig(tmp_path, shop.url)), {}, interrupted, FAST)
    workers = [each for each in threading.enumerate() if each.name.startswith("ThreadPoolExecutor")]
    for worker in workers:
        worker.join(20)
    assert not [each for each in workers if each.is_alive()]
