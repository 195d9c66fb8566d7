from __future__ import annotations

import pytest

from seawall.core import Severity
from seawall.model.node_paths import held, node_path, runtime_socket


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/", "/"),
        ("//var//run/", "/run"),
        ("/srv/../root/.ssh", "/root/.ssh"),
        ("C:\\", "c:/"),
        ("C:\\Windows\\System32\\", "c:/windows/system32"),
        ("c:/shop", "c:/shop"),
        ("\\\\.\\pipe\\docker_engine", "//./pipe/docker_engine"),
        ("//./pipe/docker_engine", "//./pipe/docker_engine"),
        ("\\etc\\kubernetes", "/etc/kubernetes"),
    ],
)
def test_paths_are_written_one_way(written: str, path: str) -> None:
    assert node_path(written) == path


@pytest.mark.parametrize("path", ["c:/", "c:/windows", "/var/lib/k0s/pki", "c:/var/lib/kubelet", "/"])
def test_what_gives_the_node_away_is_worse_where_it_is_written(path: str) -> None:
    assert held(path, written=False)[0] is Severity.HIGH
    assert held(path, written=True)[0] is Severity.CRITICAL


def test_what_is_nothing_bad_holds_nothing() -> None:
    assert held("/srv/shop", written=True)[1] == held("c:/shop", written=True)[1] == ""


@pytest.mark.parametrize("path", ["/run", "/run/k0s", "/run/buildkit", "/run/user/1000/podman", "/x/docker.sock"])
def test_sockets_and_their_folders_are_known(path: str) -> None:
    assert runtime_socket(path)


@pytest.mark.parametrize("path", ["/run/shop", "/run/user/1000", "/run/user/x/podman", "//./pipe/shop", "/"])
def test_other_paths_are_no_sockets(path: str) -> None:
    assert not runtime_socket(path)
