"""`riverchief doctor`: what was changed behind the platform's back is found from outside of it."""

import json
import sqlite3
import subprocess
import sys

from riverchief import basins


def verb(*words):
    """A process of its own, as the verb sets Django up for one data folder."""
    code = "from riverchief.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)


def test_the_doctor_holds_every_seal_against_what_it_seals(tmp_path):
    data = tmp_path / "data"
    assert verb("basin", "load", basins.named("mini"), "--data", data).returncode == 0
    whole = json.loads(verb("doctor", "--data", data, "--audit", "--json").stdout)["checks"]
    assert [(c["name"], c["ok"]) for c in whole if c["name"] == "seals"] == [("seals", True)]
    with sqlite3.connect(data / "app.sqlite") as business:  # as after the entries themselves were taken out
        business.execute("INSERT INTO accounts_audithead (id, hash) VALUES (1, ?)", ("f" * 64,))
    looked = verb("doctor", "--data", data, "--audit", "--json")
    assert looked.returncode == 1
    found = {c["name"]: c["found"] for c in json.loads(looked.stdout)["checks"] if not c["ok"]}
    assert "its last entries are gone" in found["audit audit"]
