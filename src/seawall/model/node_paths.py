r"""What lies where on a node: the paths that give the node away, and the sockets of its container runtimes.

A path is normalised first (`node_path`); on Windows that means forward slashes, lower case and a drive's letter.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from seawall.core import Severity

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL

_TREES: Final = {
    "/etc/kubernetes": (HIGH, "the credentials of the node and of the cluster"),
    "/etc/rancher": (HIGH, "the credentials of the node and of the cluster"),
    "/etc/shadow": (HIGH, "the passwords of the node"),
    "/etc/ssh": (HIGH, "the node's SSH keys"),
    "/etc": (MEDIUM, "a part of the node's configuration"),
    "/root": (HIGH, "the home of root"),
    "/home": (HIGH, "the homes of the node's users"),
    "/boot": (MEDIUM, "the node's kernel"),
    "/proc": (HIGH, "every process of the node"),
    "/sys": (MEDIUM, "the node's kernel settings"),
    "/var/lib/kubelet": (HIGH, "the credentials of the kubelet and the secrets of every pod of the node"),
    "/var/lib/etcd": (HIGH, "the database of the cluster"),
    "/var/lib/docker": (HIGH, "the file systems of every container of the node"),
    "/var/lib/containerd": (HIGH, "the file systems of every container of the node"),
    "/var/lib/containers": (HIGH, "the file systems of every container of the node"),
    "/var/lib/rancher": (HIGH, "the credentials of the cluster"),
    "/var/lib/k0s": (HIGH, "the credentials of the cluster"),
    "/var/lib/minikube/certs": (HIGH, "the credentials of the cluster"),
    "/var/lib/cloud": (HIGH, "the data that the node was set up with"),
    "/var/spool/cron": (MEDIUM, "the node's timed jobs"),
}
"""Folders that are sensitive with all that is in them -> (how bad it is to read them, what they hold); first match."""

_FOLDERS: Final = {
    "/": (HIGH, "the whole node"),
    "/etc": (HIGH, "the configuration and credentials of the node"),
    "/dev": (HIGH, "the node's devices and disks"),
    "/dev/mem": (HIGH, "the node's memory"),
    "/dev/kmem": (HIGH, "the node's memory"),
    "/var": (HIGH, "the state of the node and of its pods"),
    "/var/lib": (HIGH, "the state of the node and of its pods"),
    "/var/lib/minikube": (HIGH, "the credentials of the cluster"),
    "/var/log": (MEDIUM, "the node's log folder, where a symbolic link makes the kubelet read any file"),
    "/var/log/pods": (MEDIUM, "the logs of every pod of the node"),
    "/var/log/containers": (MEDIUM, "the logs of every pod of the node"),
    "/windows": (HIGH, "the configuration and credentials of the node"),
    "/windows/system32": (HIGH, "the configuration and credentials of the node"),
    "/windows/system32/config": (HIGH, "the passwords of the node"),
}
"""Paths that are sensitive themselves -> (how bad it is to read them, what they hold); /run: `runtime_socket`."""

_PROGRAMS: Final = ("/bin", "/sbin", "/lib", "/lib64", "/usr", "/opt/cni", "/windows")
"""Folders of programs that the node runs as root: sensitive where they may be written to."""

_HARMLESS: Final = (
    *("/etc/ca-certificates", "/etc/group", "/etc/hostname", "/etc/hosts", "/etc/lsb-release"),
    *("/etc/localtime", "/etc/machine-id", "/etc/os-release", "/etc/passwd", "/etc/pki/ca-trust"),
    *("/etc/pki/tls/certs", "/etc/redhat-release", "/etc/resolv.conf", "/etc/ssl/certs", "/etc/timezone"),
)
"""Files and folders below `_TREES` that anyone may read."""

_OWN: Final = (
    "/etc/cni/net.d",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet/pod-resources",
)
"""Folders that the kubelet keeps for plugins of the node."""

_DISK = re.compile(r"/dev/(?:sd|vd|xvd|nvme|dm-|mapper/|disk\b|block\b)")
_WORSE: Final = {LOW: MEDIUM, MEDIUM: HIGH, HIGH: CRITICAL}
"""How bad it is to write what is so bad to read."""

_SOCKETS: Final = frozenset(
    {
        *("docker.sock", "containerd.sock", "containerd.sock.ttrpc", "crio.sock", "cri-dockerd.sock"),
        *("dockershim.sock", "podman.sock", "buildkitd.sock"),
    }
)
_PIPES: Final = frozenset({"//./pipe/docker_engine", "//./pipe/containerd-containerd"})
_SOCKET_FOLDERS: Final = re.compile(
    r"/run(?:/containerd|/crio|/docker|/podman|/buildkit|/k3s(?:/containerd)?|/k0s|/user/\d+/podman)?"
    r"|/var/snap/microk8s/common/run"
)
"""Folders that hold such a socket; the node's root does too, and `held` says that."""

_DRIVE: Final = re.compile(r"[a-z]:(?=/|\Z)")


def node_path(path: str) -> str:
    """An absolute path as the node resolves it: `/var/run` is a link to `/run` on every common distribution."""
    if path[1:2] == ":" or "\\" in path or re.match(r"//\./pipe/", path):
        return _windows_path(path)
    clean = "/" + posixpath.normpath("/" + path).strip("/")
    if clean == "/var/run" or clean.startswith("/var/run/"):
        return clean.removeprefix("/var")
    return clean


def _windows_path(path: str) -> str:
    """`C:\\Windows\\` -> `c:/windows`, `C:\\` -> `c:/`; a pipe keeps the two slashes that tell it."""
    slashed = path.replace("\\", "/").lower()
    if slashed.startswith("//./"):
        return slashed
    drive = _DRIVE.match(slashed)
    letter = drive[0] if drive else ""
    return f"{letter}/" + posixpath.normpath("/" + slashed.removeprefix(letter)).strip("/")


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or stands in it; both normalised."""
    return folder in (path, "/") or path.startswith(folder + "/")


def is_disk(path: str) -> bool:
    """Whether a normalised path is a block device of the node."""
    return _DISK.match(path) is not None


def held(path: str, *, written: bool) -> tuple[Severity, str]:
    """How bad it is that a normalised path is read or `written`, and what it holds; empty where it is nothing bad."""
    severity, holds = _held(_DRIVE.sub("", path, count=1) or "/", written=written)
    return (_WORSE[severity] if written and holds else severity), holds


def _held(path: str, *, written: bool) -> tuple[Severity, str]:
    if path in _FOLDERS:
        return _FOLDERS[path]
    if is_disk(path):
        return HIGH, "a disk of the node"
    if any(is_within(path, folder) for folder in (*_OWN, *(() if written else _HARMLESS))):
        return LOW, ""
    for folder, found in _TREES.items():
        if is_within(path, folder):
            return found
    if written and any(is_within(path, folder) for folder in _PROGRAMS):
        return HIGH, "programs that the node runs as root"
    return LOW, ""


def runtime_socket(path: str) -> str:
    """What a normalised path is of the container runtime: its socket, or the folder of it; empty for neither."""
    if is_socket(path):
        return "the container runtime's socket"
    return "the folder of the container runtime's socket" if _SOCKET_FOLDERS.fullmatch(path) else ""


def is_socket(path: str) -> bool:
    """Whether the last part of a path is enough to say that it is the socket of a container runtime."""
    return path in _PIPES or path.rpartition("/")[2] in _SOCKETS
