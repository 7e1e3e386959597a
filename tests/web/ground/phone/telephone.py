"""The phone of the proof: the queue as it ships, in a process of Node that can be killed at any moment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

UI = Path(__file__).resolve().parents[4] / "ui"
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
READY = NODE is not None and (UI / "node_modules" / "dexie").is_dir()

Ask = Callable[[dict[str, Any]], dict[str, Any] | None]


class Dead(Exception):
    """The process is gone; what it had not committed went with it."""


class Failed(Exception):
    """The queue refused a command; `name` is that of its error."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


def bundle(folder: Path) -> Path:
    """Bundle queue and process; gives the script."""
    assert NODE is not None
    subprocess.run([NODE, UI / "tests" / "phone" / "bundle.mjs", folder], check=True, cwd=UI)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "process.js"


class Telephone:
    """One phone. `ask` is the network: it answers what the queue sends, or kills the phone and gives None."""

    def __init__(self, script: Path, disk: Path, ask: Ask) -> None:
        self.script, self.disk, self.ask = script, disk, ask
        self.process: subprocess.Popen[str] | None = None
        self.count = 0
        self.starts = 0

    def start(self) -> None:
        """Switch it on; its disk is what it had committed."""
        assert NODE is not None
        self.process = subprocess.Popen(
            [NODE, self.script, self.disk], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.starts += 1
        self.device = self._line()["ready"]

    @property
    def alive(self) -> bool:
        return self.process is not None

    def kill(self) -> None:
        """Take its battery out."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _line(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.kill()
            raise Dead
        return dict(json.loads(line))

    def _write(self, told: dict[str, Any]) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(told) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.kill()
            raise Dead from None

    def do(self, what: str, **given: Any) -> Any:
        """Let the queue do something, and answer all that it sends meanwhile.

        Raises
        ------
        Dead
            When the process ended before it answered.
        Failed
            When the queue refused.
        """
        self.count += 1
        self._write({"n": self.count, "do": what, **given})
        while True:
            told = self._line()
            if "ask" in told:
                k = told.pop("k")
                answer = self.ask(told)
                if answer is None:
                    self.kill()
                    raise Dead
                self._write({"k": k, **answer})
            elif "error" in told:
                raise Failed(told["error"], told["why"])
            else:
                return told["ok"]
