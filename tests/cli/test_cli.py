"""The command as a process: exit codes, one verb without the others."""

import subprocess
import sys


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "riverchief", *words], capture_output=True, text=True, check=False)


def test_version_and_help_name_every_verb():
    assert run("--version").stdout.startswith("riverchief 0.")
    told = run("--help").stdout
    for verb in (
        "assess",
        "backup",
        "basin",
        "decode",
        "demo",
        "doctor",
        "explain",
        "gateway",
        "import",
        "init",
        "restore",
        "serve",
    ):
        assert f" {verb} " in told


def test_exit_codes_tell_usage_from_input():
    assert run("decode", "--no-such-option").returncode == 2
    missing = run("basin", "check", "no/such/folder")
    assert missing.returncode == 1
    assert missing.stdout + missing.stderr


def test_every_verb_is_found_without_loading_the_others():
    import typer

    from riverchief.cli import app, load_verbs

    load_verbs()
    for verb in typer.main.get_command(app).commands:
        assert run(verb, "--help").returncode == 0, verb


def test_the_gateway_loads_no_platform_and_no_numerics():
    code = (
        "import sys; sys.argv = ['riverchief', 'gateway']; from riverchief.cli import load_verbs; load_verbs('gateway');"
        "print(sorted({'django', 'numba', 'scipy', 'shapely'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"
