"""Kubeconfigs as kubectl reads them."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from seawall.errors import ConfigError
from seawall.sources.cluster.incluster import in_cluster
from seawall.sources.cluster.kubeconfig import find_kubeconfig
from seawall.sources.cluster.reading import find_target
from seawall.sources.cluster.target import Exec, Target, Tls, User
from seawall.sources.cluster.wanted import Wanted

Tree = dict[str, Any]


def write(file: Path, tree: object) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(tree) if not isinstance(tree, str) else tree, "utf-8")
    return str(file)


def config(user: Tree | None = None, cluster: Tree | None = None, **context: str) -> Tree:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "shop",
        "clusters": [{"name": "one", "cluster": {"server": "https://one.example:6443", **(cluster or {})}}],
        "users": [{"name": "me", "user": user or {}}],
        "contexts": [{"name": "shop", "context": {"cluster": "one", "user": "me", **context}}],
    }


def target(folder: Path, tree: object, context: str | None = None) -> Target:
    found = find_kubeconfig(write(folder / "config", tree), {})
    assert found is not None
    return found.target(context)


def base(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_context_is_a_cluster_a_user_and_a_namespace(tmp_path: Path) -> None:
    found = target(
        tmp_path, config({"token": "t"}, {"tls-server-name": "api", "proxy-url": "http://p:1"}, namespace="a")
    )
    assert found == Target(
        "https://one.example:6443", Tls(server_name="api"), User(token="t"), "shop", "a", "http://p:1"
    )


def test_it_may_be_written_as_people_write_yaml(tmp_path: Path) -> None:
    text = """
apiVersion: v1
kind: Config
current-context: shop
clusters:
- name: one
  cluster: {server: "https://one.example/k8s/clusters/c-1/", insecure-skip-tls-verify: true}
users: null
contexts:
- {name: shop, context: {cluster: one, user: ""}}
"""
    found = target(tmp_path, text)
    assert (found.server, found.tls.insecure, found.user) == ("https://one.example/k8s/clusters/c-1", True, User())


def test_paths_start_from_the_file_that_names_them(tmp_path: Path) -> None:
    user = {"client-certificate": "pki/me.crt", "client-key": "/abs/me.key", "tokenFile": "token"}
    found = target(tmp_path / "there", config(user, {"certificate-authority": "../ca.crt"}))
    there = tmp_path / "there"
    assert found.tls.ca_file == str(there / ".." / "ca.crt")
    assert found.user.cert_file == str(there / "pki/me.crt")
    assert found.user.key_file == "/abs/me.key"
    assert found.user.token_file == str(there / "token")


def test_data_outweighs_files(tmp_path: Path) -> None:
    user = {
        "client-certificate": "me.crt",
        "client-certificate-data": base("CERT"),
        "client-key-data": base("KEY"),
    }
    cluster = {"certificate-authority": "ca.crt", "certificate-authority-data": base("CA")}
    found = target(tmp_path, config(user, cluster))
    assert (found.tls.ca_data, found.tls.ca_file) == (b"CA", "")
    assert (found.user.cert_data, found.user.cert_file, found.user.key_data) == (b"CERT", "", b"KEY")


def test_of_several_files_the_first_that_says_something_counts(tmp_path: Path) -> None:
    first = {
        "users": [{"name": "me", "user": {"username": "red", "password": "p"}}],
        "contexts": [{"name": "bank", "context": {"cluster": "one", "user": "me"}}],
    }
    second = config({"token": "blue"}) | {"contexts": [{"name": "shop", "context": {"cluster": "two", "user": "me"}}]}
    second["clusters"] += [{"name": "two", "cluster": {"server": "https://two.example"}}]
    files = [str(tmp_path / "absent"), "", write(tmp_path / "a", first), write(tmp_path / "b", second)]
    found = find_kubeconfig(None, {"KUBECONFIG": os.pathsep.join(files)})
    assert found is not None
    assert found.target(None).server == "https://two.example"
    assert found.target("bank").server == "https://one.example:6443"
    assert found.target("bank").user == User(username="red", password="p")  # nothing of the second file's `me`


def test_the_default_is_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_kubeconfig(None, {}) is None
    write(tmp_path / ".kube" / "config", config())
    found = find_kubeconfig(None, {"KUBECONFIG": ""})
    assert found is not None
    assert found.target(None).context == "shop"


@pytest.mark.parametrize(
    ("server", "cluster", "expected"),
    [
        ("one:8080", {}, "http://one:8080"),
        ("one:6443", {"insecure-skip-tls-verify": True}, "https://one:6443"),
        ("https://[::1]:6443/", {}, "https://[::1]:6443"),
    ],
)
def test_a_server_without_a_scheme_is_what_kubectl_takes_it_for(
    tmp_path: Path, server: str, cluster: Tree, expected: str
) -> None:
    assert target(tmp_path, config(cluster={"server": server, **cluster})).server == expected


def test_who_acts_as_somebody_else_says_so_in_headers(tmp_path: Path) -> None:
    user = {
        "token": "t",
        "as": "jane",
        "as-uid": "7",
        "as-groups": ["dev", "ops"],
        "as-user-extra": {"Reason/Why": ["on call"]},
    }
    assert target(tmp_path, config(user)).user.impersonate == (
        ("Impersonate-User", "jane"),
        ("Impersonate-Group", "dev"),
        ("Impersonate-Group", "ops"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Extra-reason%2Fwhy", "on call"),
    )


def test_a_plugin_is_read_and_not_run(tmp_path: Path) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "./bin/login",
        "args": ["--x"],
        "env": [{"name": "A", "value": "b"}],
        "interactiveMode": "Never",
        "installHint": "get it",
        "provideClusterInfo": True,
    }
    cluster = {"certificate-authority-data": base("CA"), "extensions": [
        {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "shop"}}
    ]}  # fmt: skip
    found = target(tmp_path, config({"exec": plugin}, cluster)).user.plugin
    assert found == Exec(
        command=str(tmp_path / "bin/login"),
        args=("--x",),
        env=(("A", "b"),),
        api_version="client.authentication.k8s.io/v1",
        interactive="Never",
        install_hint="get it",
        cluster_info={
            "server": "https://one.example:6443",
            "certificate-authority-data": base("CA"),
            "config": {"audience": "shop"},
        },
    )


V1 = {"apiVersion": "client.authentication.k8s.io/v1", "command": "x", "interactiveMode": "Never"}


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        (config({"auth-provider": {"name": "gcp"}}), "auth-provider, which kubectl no longer knows"),
        (config({"token": "t", "username": "u"}), "a token and a password"),
        (config({"client-certificate": "a"}), "not both"),
        (config({"as-groups": ["a"]}), "without `as`"),
        (config({"token": 7}), "token of 'me' is no text"),
        (
            config({"client-certificate-data": "%", "client-key-data": "a"}),
            "client-certificate-data of 'me' is no base64",
        ),
        (config({"exec": {**V1, "apiVersion": "client.authentication.k8s.io/v1alpha1"}}), "v1alpha1"),
        (config({"exec": {**V1, "command": ""}}), "without a command"),
        (config({"exec": {**V1, "interactiveMode": None}}), "interactiveMode"),
        (config({"exec": {**V1, "interactiveMode": "Perhaps"}}), "interactiveMode"),
        (config({"exec": {**V1, "args": "x"}}), "args of 'me' is no list of texts"),
        (config({"exec": {**V1, "env": ["x"]}}), "env of 'me'"),
        (config(cluster={"server": ""}), "has no server"),
        (config(cluster={"server": "ftp://x"}), "no address of an API server"),
        (config(cluster={"server": "https://x:port"}), "no address"),
        (config(cluster={"server": "https://me:secret@x"}), "no address of an API server"),
        (
            config(cluster={"insecure-skip-tls-verify": True, "certificate-authority": "a"}),
            "names an authority and skips checking it",
        ),
        (config(cluster={"insecure-skip-tls-verify": "yes"}), "neither true nor false"),
        (config() | {"current-context": ""}, "names no current context"),
        (config() | {"current-context": "bank"}, "no context 'bank'"),
        (config() | {"current-context": 7}, "current-context is no text"),
        (config() | {"users": []}, "names the user 'me', which is not there"),
        (config() | {"clusters": None}, "names the cluster 'one', which is not there"),
        (config() | {"clusters": 7}, "clusters is no list"),
        (config() | {"users": [{"name": "me"}, {"name": "me"}]}, "names 'me' twice"),
        (config() | {"users": [{"user": {}}]}, "has no name"),
        ("a: [", "is no YAML: line 1"),
        ("[1]", "is no kubeconfig"),
        ("kind: Pod", "is no kubeconfig"),
    ],
)
def test_what_cannot_be_meant_is_an_error_that_quotes_no_value(tmp_path: Path, tree: object, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        target(tmp_path, tree)
    assert says in caught.value.message
    assert caught.value.hint
    assert "secret" not in caught.value.message


def test_a_file_of_the_list_that_may_not_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        find_kubeconfig(None, {"KUBECONFIG": str(tmp_path / "config")})
    assert find_kubeconfig(None, {"KUBECONFIG": write(tmp_path / "file", "") + "/below"}) is None


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        find_kubeconfig(str(tmp_path / "absent"), {})


def test_nothing_that_is_held_shows_in_a_trace(tmp_path: Path) -> None:
    found = target(tmp_path, config({"token": "hunter2"}))
    assert "hunter2" not in repr(found)
    kept = find_kubeconfig(str(tmp_path / "config"), {})
    assert "hunter2" not in repr(kept)


def account(folder: Path) -> dict[str, str]:
    for name, text in (("token", "t\n"), ("ca.crt", "CA"), ("namespace", "ci\n")):
        write(folder / name, text)
    return {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}


def test_a_pod_is_its_account(tmp_path: Path) -> None:
    environ = account(tmp_path)
    assert in_cluster(environ, tmp_path) == Target(
        "https://[fd00::1]:443",
        Tls(ca_file=str(tmp_path / "ca.crt")),
        User(token_file=str(tmp_path / "token")),
        "in-cluster",
        "ci",
    )
    assert in_cluster({}, tmp_path) is None
    assert in_cluster(environ, tmp_path / "absent") is None


def test_a_pod_s_account_counts_where_there_is_no_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = account(tmp_path) | {"KUBECONFIG": str(tmp_path / "absent")}
    monkeypatch.setattr("seawall.sources.cluster.incluster.FOLDER", tmp_path)
    assert find_target(Wanted(), environ).context == "in-cluster"
    with pytest.raises(ConfigError, match="no context 'shop'"):
        find_target(Wanted(context="shop"), environ)
    environ["KUBECONFIG"] = write(tmp_path / "config", config())
    assert find_target(Wanted(), environ).context == "shop"
