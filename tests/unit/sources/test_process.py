import os
import sys
import time
from pathlib import Path

import pytest

from seawall.sources.process import Limits, Stopped, find_program, run

PYTHON = sys.executable


def python(code: str) -> list[str]:
    return [PYTHON, "-I", "-S", "-c", code]


def test_what_a_program_says_and_returns() -> None:
    code = "import sys; print(sys.stdin.read()); print('oops', file=sys.stderr); sys.exit(3)"
    done = run(python(code), stdin=b"hello", limits=Limits())
    assert (done.code, done.stdout, done.stderr) == (3, "hello\n", "oops\n")
    assert done.stopped is None
    assert not done.ok


def test_a_program_that_ends_well() -> None:
    assert run(python("pass"), limits=Limits()).ok


def test_a_program_that_is_not_there() -> None:
    done = run(["/nowhere/helm"], limits=Limits())
    assert not done.ok
    assert done.stderr == "/nowhere/helm cannot be started: No such file or directory\n"


def test_time_is_capped_and_children_are_ended_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([{PYTHON!r}, '-I', '-S', '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    done = run(python(code), limits=Limits(timeout=0.8))
    assert done.stopped is Stopped.TIMEOUT
    assert not done.ok
    assert _gone(int(pid.read_text()))


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_output_is_capped() -> None:
    done = run(python("while True: print('x' * 1000)"), limits=Limits(max_output=100_000))
    assert done.stopped is Stopped.OUTPUT
    assert 100_000 < len(done.stdout) < 300_000


def test_standard_error_counts_as_output() -> None:
    code = "import sys\nwhile True: sys.stderr.write('x' * 1000)"
    assert run(python(code), limits=Limits(max_output=100_000)).stopped is Stopped.OUTPUT


def test_memory_is_capped_where_the_system_holds_a_process_to_it() -> None:
    done = run(python("held = bytearray(600 << 20)"), limits=Limits(memory=200 << 20))
    assert done.stopped is (Stopped.MEMORY if sys.platform == "linux" else None)


def test_nothing_of_the_users_environment_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_PLUGINS", "/home/user/plugins")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    done = run(python("import os; print(*os.environ); print(os.environ['HOME']); print(os.getcwd())"), limits=Limits())
    names, home, cwd = done.stdout.splitlines()
    assert "HELM_PLUGINS" not in names
    assert "AWS_SECRET_ACCESS_KEY" not in names
    assert "HTTPS_PROXY" in names
    assert home != os.environ["HOME"]
    assert cwd == home
    assert not Path(home).exists()


def test_there_is_no_network_where_the_system_allows_it() -> None:
    flags = 0x40000000 if os.geteuid() == 0 else 0x50000000
    probe = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}) != 0)"
    allowed = os.spawnv(os.P_WAIT, PYTHON, [PYTHON, "-c", probe]) == 0  # 0: it was allowed to
    done = run(python("import socket; print(*[name for _, name in socket.if_nameindex()])"), limits=Limits())
    assert done.ok
    assert not allowed or done.stdout == "lo\n"


def test_programs_of_the_current_folder_are_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "helm").write_text("#!/bin/sh\n")
    (tmp_path / "helm").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    assert find_program("helm") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("kustomize", "helm") == str(tmp_path / "helm")
