"""`riverchief simulate` against a gateway, and its past."""

import asyncio
import csv
import json
import signal
import sys

from typer.testing import CliRunner

from riverchief.cli import app, load_verbs
from simulate.centre import Centre

load_verbs()


def run(*arguments):
    return CliRunner().invoke(app, ["simulate", *arguments])


def test_the_past_is_written_for_import(tmp_path):
    out = tmp_path / "past.csv"
    result = run(
        "--basin", "mini", "--seed", "4", "--history", str(out), "--days", "3", "--data", str(tmp_path), "--json"
    )
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert said == {"simulated": True, "path": str(out), "rows": 36, "days": 3}
    assert len(rows) == 2 * 3 * 6
    assert {row["province"] for row in rows} == {"模拟"}


def test_a_folder_keeps_its_story(tmp_path):
    out = str(tmp_path / "past.csv")
    one = run("--seed", "4", "--history", out, "--days", "1", "--data", str(tmp_path))
    first = (tmp_path / "past.csv").read_text(encoding="utf-8")
    again = run("--seed", "4", "--history", out, "--days", "1", "--data", str(tmp_path))
    other = run("--seed", "5", "--history", out, "--days", "1", "--data", str(tmp_path))
    assert (one.exit_code, again.exit_code) == (0, 0)
    assert (tmp_path / "past.csv").read_text(encoding="utf-8") == first
    assert "holds the story of mini with seed 4, asked for was mini with seed 5" in str(other.exception)


def test_it_plays_until_it_is_told_to_stop(tmp_path):
    async def go():
        async with Centre() as centre:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "riverchief", "simulate", "--basin", "mini", "--port", str(centre.port),
                "--seed", "2", "--speed", "20000", "--data", str(tmp_path), "--json",
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            for _ in range(400):
                await asyncio.sleep(0.05)
                if len(centre.messages) > 50:
                    break
            process.send_signal(signal.SIGTERM)
            out, _ = await asyncio.wait_for(process.communicate(), 20)
            return process.returncode, json.loads(out), centre.messages

    code, said, messages = asyncio.run(go())
    assert code == 0
    assert said["simulated"] is True
    lines = (tmp_path / "simulate" / "acknowledged.jsonl").read_text(encoding="utf-8").splitlines()
    assert said["acknowledged"] == len(lines) > 40
    assert {json.loads(line)["frame"] for line in lines} <= {m.raw.hex().upper() for m in messages}
    assert {m.device for m in messages} >= {"A149901010000000000000A1", "LW149902000002", "0049900101"}
