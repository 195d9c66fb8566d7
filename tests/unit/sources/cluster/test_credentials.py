"""Who asks: tokens, certificates, and programs that give them; through proxies where there are some."""

from __future__ import annotations

import contextlib
import http.server
import json
import ssl
import stat
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.fake_cluster import FakeCluster, Request, answer, kubeconfig, pod, served

from seawall.errors import ConfigError, UsageError
from seawall.sources.cluster.proxies import proxy_for
from seawall.sources.cluster.reading import read_cluster
from seawall.sources.cluster.transport import Pace, Transport
from seawall.sources.cluster.wanted import UNREACHED, Live, Wanted

FAST = Pace(qps=10_000, tries=3, pause=0.001, timeout=5)
V1 = "client.authentication.k8s.io/v1"
Tree = dict[str, Any]


def quiet(_what: str, _done: int) -> None:
    pass


def read(config: str, environ: Mapping[str, str] | None = None) -> Live:
    return read_cluster(Wanted(kubeconfig=config), environ or {}, quiet, FAST)


@pytest.fixture
def shop() -> Iterator[FakeCluster]:
    with served(FakeCluster([pod("cart")])) as cluster:
        yield cluster


def seen(cluster: FakeCluster, header: str) -> set[str | None]:
    return {request.headers.get(header) for request in cluster.requests}


def why(live: Live) -> str:
    [problem] = live.problems
    assert problem.kind == UNREACHED
    assert not live.documents
    return problem.message


def plugin(folder: Path, body: str, **fields: object) -> Tree:
    """A user whose credentials a program gives."""
    file = folder / "login"
    file.write_text(
        f"#!{sys.executable} -IS\nimport json, os, pathlib, sys\nhere = pathlib.Path(__file__).parent\n{body}\n"
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": V1, "command": "./login", "interactiveMode": "Never", **fields}}


def credential(status: object, version: str = V1) -> str:
    return f"print(json.dumps({{'kind': 'ExecCredential', 'apiVersion': {version!r}, 'status': {status!r}}}))"


def test_a_token_and_a_password_are_shown_as_headers(tmp_path: Path, shop: FakeCluster) -> None:
    read(kubeconfig(tmp_path, shop.url, user={"token": "t", "as": "jane", "as-groups": ["a", "b"]}))
    assert seen(shop, "Authorization") == {"Bearer t"}
    assert seen(shop, "Impersonate-User") == {"jane"}
    shop.requests.clear()
    read(kubeconfig(tmp_path, shop.url, user={"username": "u", "password": "p"}))
    assert seen(shop, "Authorization") == {"Basic dTpw"}
    assert all(agent and agent.startswith("seawall/") for agent in seen(shop, "User-Agent"))


def test_names_of_people_need_not_be_ascii(tmp_path: Path, shop: FakeCluster) -> None:
    assert read(kubeconfig(tmp_path, shop.url, user={"token": "t", "as": "jürgen"})).documents
    assert {str(name).encode("latin-1").decode() for name in seen(shop, "Impersonate-User")} == {"jürgen"}


def test_a_token_s_file_is_read_again_when_the_token_no_longer_holds(tmp_path: Path, shop: FakeCluster) -> None:
    (tmp_path / "token").write_text("old\n")
    shop.token = "old"

    def rotate(request: Request) -> None:
        if request.path == "/apis":
            shop.token = "new"
            (tmp_path / "token").write_text("new")

    shop.hooks.append(rotate)
    live = read(kubeconfig(tmp_path, shop.url, user={"tokenFile": "token", "token": "ignored"}))
    assert [document.file for document in live.documents] == ["cluster:shop/pods/cart"]
    assert seen(shop, "Authorization") == {"Bearer old", "Bearer new"}


def test_a_token_s_file_that_is_not_there_is_no_reason_to_go_without(tmp_path: Path, shop: FakeCluster) -> None:
    assert "the token's file" in why(read(kubeconfig(tmp_path, shop.url, user={"tokenFile": "absent"})))
    (tmp_path / "empty").write_text("\n")
    assert "is empty" in why(read(kubeconfig(tmp_path, shop.url, user={"tokenFile": "empty"})))
    assert shop.requests == []


def test_a_plugin_gives_the_token(tmp_path: Path, shop: FakeCluster) -> None:
    noted = "(here / 'asked').write_text(os.environ['KUBERNETES_EXEC_INFO'] + sys.argv[1] + os.environ['A'])"
    body = f"{noted}\n{credential({'token': 't'})}"
    user = plugin(tmp_path, body, args=["--x"], env=[{"name": "A", "value": "b"}], provideClusterInfo=True)
    read(kubeconfig(tmp_path, shop.url, user=user))
    assert seen(shop, "Authorization") == {"Bearer t"}
    asked = (tmp_path / "asked").read_text()
    assert asked.endswith("--xb")
    assert json.loads(asked.removesuffix("--xb")) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False, "cluster": {"server": shop.url}},
    }


def test_only_the_plugin_of_the_context_that_was_asked_for_is_run(tmp_path: Path, shop: FakeCluster) -> None:
    config = Path(kubeconfig(tmp_path, shop.url, user=plugin(tmp_path, "(here / 'ran').touch()")))
    tree = json.loads(config.read_text())
    tree["users"].append({"name": "other", "user": {"token": "t"}})
    tree["contexts"].append({"name": "other", "context": {"cluster": "one", "user": "other"}})
    config.write_text(json.dumps(tree))
    live = read_cluster(Wanted(kubeconfig=str(config), context="other"), {}, quiet, FAST)
    assert live.documents
    assert not (tmp_path / "ran").exists()


def test_a_token_of_the_file_needs_no_plugin(tmp_path: Path, shop: FakeCluster) -> None:
    user = plugin(tmp_path, "(here / 'ran').touch()") | {"token": "t"}
    read(kubeconfig(tmp_path, shop.url, user=user))
    assert seen(shop, "Authorization") == {"Bearer t"}
    assert not (tmp_path / "ran").exists()


def counting(status: str) -> str:
    """A program that knows how often it was run before: `number` within the status."""
    return f"""
count = here / "count"
number = int(count.read_text()) + 1 if count.exists() else 0
count.write_text(str(number))
status = {status}
print(json.dumps(dict(kind="ExecCredential", apiVersion={V1!r}, status=status)))
"""


def test_an_expired_token_is_asked_for_anew(tmp_path: Path, shop: FakeCluster) -> None:
    status = "dict(token=f't{number}', expirationTimestamp=f'{2999 if number else 2020}-01-01T00:00:00Z')"
    read(kubeconfig(tmp_path, shop.url, user=plugin(tmp_path, counting(status))))
    assert seen(shop, "Authorization") == {"Bearer t1"}


def test_a_token_that_the_server_refuses_is_asked_for_once_more(tmp_path: Path, shop: FakeCluster) -> None:
    shop.token = "t1"
    config = kubeconfig(tmp_path, shop.url, user=plugin(tmp_path, counting("dict(token=f't{number}')")))
    assert read(config).documents
    assert (tmp_path / "count").read_text() == "1"
    shop.token = "never"
    assert "does not take the credentials (401)" in why(read(config))


@pytest.mark.parametrize(
    ("body", "fields", "says"),
    [
        ("sys.stderr.write('token: t0ken'); sys.exit(3)", {}, "login failed with 3"),
        ("print('hello')", {}, "did not answer with an ExecCredential"),
        (credential({"token": "t"}, "client.authentication.k8s.io/v1beta1"), {}, f"in another form than {V1}"),
        (credential({}), {}, "neither a token nor a certificate"),
        (credential(None), {}, "neither a token nor a certificate"),
        (credential({"clientCertificateData": "c"}), {}, "one of certificate and key, not both"),
        (credential({"clientKeyData": "k", "token": "t"}), {}, "one of certificate and key, not both"),
        (credential({"token": "t", "expirationTimestamp": "2020-01-01T00:00:00"}), {}, "without a time zone"),
        ("", {"interactiveMode": "Always"}, "wants a terminal"),
        ("", {"command": "./absent", "installHint": "get it at x"}, "absent is not there"),
    ],
)
def test_a_plugin_that_fails_is_an_error_and_nobody_asks_without(
    tmp_path: Path, shop: FakeCluster, monkeypatch: pytest.MonkeyPatch, body: str, fields: Tree, says: str
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    live = read(kubeconfig(tmp_path, shop.url, user=plugin(tmp_path, body, **fields)))
    assert says in why(live)
    # What a plugin says may hold a credential, and reports are shared.
    assert "t0ken" not in f"{why(live)} {live.problems[0].hint}"
    assert shop.requests == []
    assert live.problems[0].hint == fields.get("installHint", live.problems[0].hint)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextlib.contextmanager
def secured(authority: trustme.CA, name: str = "127.0.0.1") -> Iterator[FakeCluster]:
    """A server that takes only clients with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with served(FakeCluster([pod("cart")]), context) as cluster:
        yield cluster


def base64_of(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


def certificate(authority: trustme.CA) -> tuple[bytes, bytes]:
    cert = authority.issue_cert("me@example.org")
    return b"".join(blob.bytes() for blob in cert.cert_chain_pems), cert.private_key_pem.bytes()


def test_both_sides_show_certificates(tmp_path: Path, authority: trustme.CA) -> None:
    cert, key = certificate(authority)
    ca = authority.cert_pem.bytes()
    for name, data in (("me.crt", cert), ("me.key", key), ("ca.crt", ca)):
        (tmp_path / name).write_bytes(data)
    files = {"client-certificate": "me.crt", "client-key": "me.key"}
    data_ = {"client-certificate-data": base64_of(cert), "client-key-data": base64_of(key)}
    with secured(authority) as cluster:
        for user, trust in (
            (files, {"certificate-authority": "ca.crt"}),
            (data_, {"certificate-authority-data": base64_of(ca)}),
            (data_, {"insecure-skip-tls-verify": True}),
        ):
            assert read(kubeconfig(tmp_path, cluster.url, user=user, cluster=trust)).documents


def test_a_plugin_may_give_a_certificate(tmp_path: Path, authority: trustme.CA) -> None:
    cert, key = certificate(authority)
    status = {"clientCertificateData": cert.decode(), "clientKeyData": key.decode()}
    trust = {"certificate-authority-data": base64_of(authority.cert_pem.bytes())}
    with secured(authority) as cluster:
        user = plugin(tmp_path, credential(status))
        assert read(kubeconfig(tmp_path, cluster.url, user=user, cluster=trust)).documents


def test_the_name_in_the_certificate_may_be_another_one_that_is_said(tmp_path: Path, authority: trustme.CA) -> None:
    cert, key = certificate(authority)
    user = {"client-certificate-data": base64_of(cert), "client-key-data": base64_of(key)}
    trust = {"certificate-authority-data": base64_of(authority.cert_pem.bytes())}
    with secured(authority, "api.shop.example") as cluster:
        assert "TLS connection" in why(read(kubeconfig(tmp_path, cluster.url, user=user, cluster=trust)))
        said = {**trust, "tls-server-name": "api.shop.example"}
        assert read(kubeconfig(tmp_path, cluster.url, user=user, cluster=said)).documents


def test_an_intermediate_authority_may_be_the_one_that_is_trusted(tmp_path: Path, authority: trustme.CA) -> None:
    between = authority.create_child_ca()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    between.issue_cert("127.0.0.1").configure_cert(context)
    trust = {"certificate-authority-data": base64_of(between.cert_pem.bytes())}
    with served(FakeCluster([pod("cart")]), context) as cluster:
        assert read(kubeconfig(tmp_path, cluster.url, cluster=trust)).documents


@pytest.mark.parametrize(
    ("user", "cluster", "says"),
    [
        ({}, {"certificate-authority": "absent"}, "absent holds no certificate that can be used"),
        ({}, {"certificate-authority-data": "bm8="}, "certificate-authority-data holds no certificate"),
        ({}, {"certificate-authority-data": "w6Q="}, "certificate-authority-data holds no certificate"),
        ({"client-certificate-data": "bm8=", "client-key-data": "bm8="}, {}, "client-certificate-data or"),
        ({"client-certificate": "absent", "client-key": "gone"}, {}, "absent or"),
    ],
)
def test_certificates_that_cannot_be_used_are_said(tmp_path: Path, user: Tree, cluster: Tree, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(kubeconfig(tmp_path, "https://127.0.0.1:1", user=user, cluster=cluster))
    assert says in caught.value.message


@contextlib.contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that answers plain requests itself, and the addresses that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b'{"gitVersion": "v1.30.0", "kind": "APIGroupDiscoveryList", "items": []}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("where", ["kubeconfig", "environment"])
def test_a_proxy_is_asked_for_a_server_elsewhere(tmp_path: Path, where: str) -> None:
    with proxy() as (address, asked):
        server = "http://api.shop.example:8080"
        cluster = {"proxy-url": address} if where == "kubeconfig" else {}
        environ = {"HTTP_PROXY": address} if where == "environment" else {}
        live = read(kubeconfig(tmp_path, server, cluster=cluster), environ)
    assert live.version == "v1.30.0"
    assert asked == [f"{server}/version", f"{server}/api", f"{server}/apis"]


def test_a_proxy_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    live = read(kubeconfig(tmp_path, "http://api.shop.example"), {"HTTP_PROXY": "http://me:hunter2@127.0.0.1:1"})
    said = live.problems[0].message
    assert "http://api.shop.example by way of the proxy http://127.0.0.1:1 cannot be reached" in said
    assert "hunter2" not in said


PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    ("server", "environ", "expected"),
    [
        ("https://api.example", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://api.example", {"https_proxy": "proxy:3128"}, PROXY),
        ("https://api.example", {"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}, ""),
        ("https://api.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": "example"}, ""),
        ("https://api.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": " .example , x"}, ""),
        ("https://example", {"HTTPS_PROXY": PROXY, "NO_PROXY": ".example"}, PROXY),
        ("https://api.example", {"HTTPS_PROXY": PROXY, "no_proxy": "*.example"}, ""),
        ("https://myexample", {"HTTPS_PROXY": PROXY, "NO_PROXY": "example"}, PROXY),
        ("https://api.example:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.example:443"}, PROXY),
        ("https://api.example:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.example:6443"}, ""),
        ("https://10.1.2.3:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, ""),
        ("https://10.1.2.3:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "10.1.2.3"}, ""),
        ("https://11.1.2.3:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8,3"}, PROXY),
        ("https://[fd00::1]:6443", {"HTTPS_PROXY": PROXY, "NO_PROXY": "fd00::/8"}, ""),
        ("https://api.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, ""),
        ("https://127.0.0.1:6443", {"HTTPS_PROXY": PROXY}, ""),
        ("https://localhost:6443", {"HTTPS_PROXY": PROXY}, ""),
    ],
)
def test_the_environment_s_proxy_is_go_s(server: str, environ: dict[str, str], expected: str) -> None:
    assert proxy_for(server, "", environ) == expected


def test_a_proxy_that_is_none_is_said() -> None:
    with pytest.raises(ConfigError, match="HTTPS_PROXY is no address"):
        proxy_for("https://api.example", "", {"HTTPS_PROXY": "ftp://x"})
    with pytest.raises(ConfigError, match="proxy-url"):
        proxy_for("https://api.example", "nonsense", {})


def test_without_httpx_one_is_told_how_to_get_it(
    tmp_path: Path, shop: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(UsageError) as caught:
        read(kubeconfig(tmp_path, shop.url))
    assert caught.value.hint == "pip install 'seawall[cluster]'"


def test_a_server_is_not_asked_faster_than_one_says(
    tmp_path: Path, shop: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seawall.sources.cluster.kubeconfig import find_kubeconfig

    slept: list[float] = []
    monkeypatch.setattr(Transport, "_wait", lambda _self, seconds: slept.append(seconds))
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    config = find_kubeconfig(kubeconfig(tmp_path, shop.url), {})
    assert config is not None
    with Transport(config.target(None), Pace(qps=2), {}) as transport:
        for _ in range(6):
            transport.get("/version")
    assert [seconds for seconds in slept if seconds > 0.1] == [0.5, 1.0]


def test_a_server_that_asks_to_wait_is_waited_for(
    tmp_path: Path, shop: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(Transport, "_wait", lambda _self, seconds: slept.append(seconds))
    said = iter((answer({}, 429, **{"Retry-After": "7"}), answer({}, 429, **{"Retry-After": "4000"})))
    shop.hooks.append(lambda request: next(said, None) if request.path == "/version" else None)
    assert read(kubeconfig(tmp_path, shop.url)).documents
    assert [seconds for seconds in slept if seconds > 0.1] == [7.0, 30.0]


def test_nothing_of_a_credential_is_told(tmp_path: Path, shop: FakeCluster) -> None:
    shop.token = "right"
    live = read(kubeconfig(tmp_path, shop.url, user={"token": "hunter2"}))
    assert "hunter2" not in repr(live)
