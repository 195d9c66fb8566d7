"""Takes the README's picture: runs a command in a terminal of its own and writes what it prints as an SVG.

Usage: python scripts/screenshot.py [--check]

The text is the command's real output, colours included; nothing is edited. `--check` exits 1 when the picture is not
what the command prints now.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "scan.svg"
COMMAND = ("scan", "examples/shop/k8s/shop/checkout.yaml")
COLUMNS = 100
CELL, LINE, SIZE, MARGIN = 8.4, 18, 14, 18
"""Width of a character, height of a line, size of the type, border; in pixels."""

FOREGROUND, BACKGROUND = "#d5dae3", "#14181f"
COLOURS = {31: "#ff6b6b", 32: "#7bd88f", 33: "#f2c55c", 34: "#6ea8fe", 35: "#e08cff", 36: "#5fd7d7"}
STYLES = {1: "font-weight:bold", 2: "opacity:.65", 4: "text-decoration:underline"}
_CODE = re.compile(r"\033\[([0-9;]*)m")


class Run(NamedTuple):
    """Characters of one line that look alike."""

    column: int
    text: str
    codes: tuple[int, ...]


def shoot(command: tuple[str, ...]) -> str:
    """What `seawall` prints to a terminal of `COLUMNS` columns, escape codes included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, COLUMNS, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "seawall", *command],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**env, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
    )
    os.close(theirs)
    printed = b"".join(_chunks(ours))
    os.close(ours)
    if process.wait() not in (0, 1):
        sys.exit(f"seawall {' '.join(command)} ended with {process.returncode}")
    return printed.decode("utf-8").replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 1 << 16)
        except OSError:  # Linux says so when the other side is closed
            return
        if not chunk:
            return
        yield chunk


def rows(text: str) -> Iterator[list[Run]]:
    """The lines of a terminal: escape codes become looks, and what is too long goes on in the next line."""
    codes: tuple[int, ...] = ()
    for line in text.rstrip("\n").split("\n"):
        row: list[Run] = []
        column = 0
        for index, piece in enumerate(_CODE.split(line)):
            if index % 2:
                given = tuple(int(code or 0) for code in piece.split(";"))
                codes = () if 0 in given else codes + given
                continue
            while piece:
                fits, piece = piece[: COLUMNS - column], piece[COLUMNS - column :]  # noqa: PLW2901
                row.append(Run(column, fits, codes))
                column += len(fits)
                if piece:
                    yield row
                    row, column = [], 0
        yield row


def draw(lines: list[list[Run]], title: str) -> str:
    """The picture: every run stands on the grid of characters, whatever font the reader has."""
    width, height = COLUMNS * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" role="img" aria-label="{escape(title)}">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="{SIZE}"'
        f' fill="{FOREGROUND}" xml:space="preserve">',
    ]
    for number, row in enumerate(lines):
        y = MARGIN + number * LINE + SIZE
        parts += [_run(run, y) for run in row if run.text.strip()]
    return "\n".join((*parts, "</g>", "</svg>")) + "\n"


def _run(run: Run, y: int) -> str:
    blanks = len(run.text) - len(run.text.lstrip(" "))
    text = run.text.strip(" ")
    x = MARGIN + (run.column + blanks) * CELL
    colour = next((f' fill="{COLOURS[code]}"' for code in run.codes if code in COLOURS), "")
    style = ";".join(STYLES[code] for code in run.codes if code in STYLES)
    look = colour + (f' style="{style}"' if style else "")
    return f'<text x="{x:.1f}" y="{y}" textLength="{len(text) * CELL:.1f}"{look}>{escape(text)}</text>'


def picture() -> str:
    """The SVG of the command and all that it prints."""
    typed = f"seawall {' '.join(COMMAND)}"
    prompt = f"\033[32m$\033[0m \033[1m{typed}\033[0m\n"
    return draw(list(rows(prompt + shoot(COMMAND))), typed)


def main(arguments: list[str]) -> int:
    """Writes or checks."""
    new = picture()
    fresh = PICTURE.exists() and PICTURE.read_text("utf-8") == new
    if "--check" in arguments:
        if not fresh:
            print(f"not fresh: {PICTURE.relative_to(ROOT)} (python scripts/screenshot.py)")
        return 0 if fresh else 1
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(new, "utf-8")
    print(f"{PICTURE.relative_to(ROOT)}: {'fresh already' if fresh else 'written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
