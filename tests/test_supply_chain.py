"""What the product is made of: no secret in the tree, an audit that never calls unseen clean, a settled
list.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core.settings import REPOSITORY
from gateway.cli import app, commands
from gateway.cli.audit import LOCKS, locked
from gateway.cli.problem import Problem

commands.load()


def script(name: str) -> Any:
    found = importlib.util.spec_from_file_location(name, REPOSITORY / ".ci" / f"{name}.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_no_secret_lies_in_the_tree() -> None:
    scan = script("scan_secrets")
    paths = scan.listed()
    if not paths:
        pytest.skip("this is no clone: there is no list of files")
    assert scan.places(paths) == []


def test_a_secret_is_found_and_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text("# one\nKEY=" + "ghp_" + "a1" * 18 + "\n")
    (place,) = script("scan_secrets").places([file])
    assert place.endswith("settings.env:2")
    assert "a1a1" not in place


@pytest.fixture
def osv() -> Iterator[tuple[str, dict[str, Any]]]:
    """A server that speaks OSV's querybatch: what it says about whom can be set."""
    told: dict[str, Any] = {"holes": {}, "leave_out": 0, "body": None}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            results = [
                {"vulns": [{"id": one} for one in told["holes"][query["package"]["name"]]]}
                if query["package"]["name"] in told["holes"]
                else {}
                for query in asked
            ]
            results = results[: len(results) - told["leave_out"]]
            body = told["body"] or json.dumps({"results": results}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/querybatch", told
    server.shutdown()
    server.server_close()


def audit(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["audit", *arguments])


def test_every_locked_package_of_both_environments_is_asked_about(osv) -> None:
    url, _ = osv
    packages = locked(LOCKS)
    done = audit("--from", url, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"asked": len(packages), "found": []}
    assert {name for name, _ in packages} >= {"fastapi", "rasa", "tensorflow"}


def test_a_known_hole_is_named_with_where_it_is_and_fails(osv) -> None:
    url, told = osv
    told["holes"] = {"rasa": ["PYSEC-0000-1"]}
    done = audit("--from", url)
    assert done.exit_code == 1
    assert "PYSEC-0000-1" in done.stdout
    assert "(rasa)" in done.stdout


@pytest.mark.parametrize("trouble", [{"leave_out": 1}, {"body": b"<html>proxy</html>"}, {"body": b"{}"}])
def test_an_answer_that_is_not_whole_is_no_audit(osv, trouble: dict[str, Any]) -> None:
    url, told = osv
    told.update(trouble)
    done = audit("--from", url)
    assert done.exit_code != 0
    assert "CHƯA kiểm tra" in str(done.exception)


def test_without_data_nothing_is_called_clean(tmp_path: Path) -> None:
    empty = tmp_path / "all.zip"
    zipfile.ZipFile(empty, "w").close()
    for arguments in (["--from", "http://127.0.0.1:9/"], ["--data", str(empty)], ["--data", "missing.zip"]):
        done = audit(*arguments)
        assert isinstance(done.exception, Problem)
        assert "CHƯA kiểm tra" in str(done.exception)


def test_an_office_without_a_network_brings_the_data_along(tmp_path: Path) -> None:
    (name, version), *_ = locked(LOCKS)
    hole = {"id": "PYSEC-1", "affected": [{"package": {"name": name}, "versions": [version]}]}
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-1.json", json.dumps(hole))
    done = audit("--data", str(tmp_path / "all.zip"))
    assert done.exit_code == 1
    assert f"{name} {version}" in done.stdout


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle without wheels: what is checked before anything is installed."""
    folder = tmp_path / "bundle"
    (folder / "project").mkdir(parents=True)
    (folder / "project" / "README.md").write_text("Motcua")
    shutil.copy(REPOSITORY / ".ci" / "install-offline", folder / "install.sh")
    _summed(folder)
    return folder


def _summed(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("SHA256SUMS")
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _install(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(folder / "install.sh"), str(folder.parent / "opt")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_damaged_bundle_installs_nothing(bundle: Path) -> None:
    (bundle / "project" / "README.md").write_text("other")
    done = _install(bundle)
    assert done.returncode == 1
    assert "hỏng" in done.stderr
    assert not (bundle.parent / "opt").exists()


def test_a_signed_bundle_installs_and_one_signed_by_nobody_we_know_does_not(
    bundle: Path, tmp_path: Path
) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not here")
    ours, other = tmp_path / "ours", tmp_path / "other"
    for key in (ours, other):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    signers = tmp_path / "signers"
    signers.write_text("motcua " + ours.with_suffix(".pub").read_text())
    sums = bundle / "SHA256SUMS"
    assert "không có chữ ký" in _install(bundle, SIGNERS=str(signers)).stderr
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(other), "-n", "motcua", str(sums)], check=True
    )
    assert "không cài gói này" in _install(bundle, SIGNERS=str(signers)).stderr
    sums.with_name("SHA256SUMS.sig").unlink()
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(ours), "-n", "motcua", str(sums)], check=True)
    (bundle / "project" / "README.md").write_text("other")
    _summed(bundle)
    assert "không cài gói này" in _install(bundle, SIGNERS=str(signers)).stderr, "sums made anew do not help"
    (bundle / "project" / "README.md").write_text("Motcua")
    _summed(bundle)
    done = _install(bundle, SIGNERS=str(signers))
    assert done.returncode == 0, done.stderr
    assert (bundle.parent / "opt" / "README.md").read_text() == "Motcua"


def test_a_bundle_asks_for_both_pythons_before_it_copies_anything(bundle: Path) -> None:
    """Half an installation would be in the way of the next try."""
    for part in ("app", "bot"):
        (bundle / "wheels" / part).mkdir(parents=True)
    app_python = {"PYTHON_APP": sys.executable}
    done = _install(bundle, **app_python, PYTHON_BOT="/nowhere/python3.10")
    assert done.returncode == 1
    assert "PYTHON_BOT" in done.stderr
    done = _install(bundle, **app_python, PYTHON_BOT=sys.executable)
    assert done.returncode == 1
    assert "không phải Python 3.10" in done.stderr
    assert not (bundle.parent / "opt").exists()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small clone with what makes bundles, of one commit on the second evening of the year."""
    folder = tmp_path / "clone"
    (folder / ".ci").mkdir(parents=True)
    for name in ("bundle", "install-offline", "sbom.py"):
        shutil.copy(REPOSITORY / ".ci" / name, folder / ".ci" / name)
    vendor = Path("gateway/console/static/vendor/vendor.json")
    (folder / vendor).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / vendor, folder / vendor)
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (folder / "README.md").write_text("Motcua")
    (folder / ".gitignore").write_text("dist/\n")
    late = "2026-01-03T02:00:00+0700"
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        _git(folder, *words, GIT_AUTHOR_DATE=late, GIT_COMMITTER_DATE=late)
    return folder


def _git(folder: Path, *words: str, **environment: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, env={**os.environ, **environment}, check=True, text=True,
        capture_output=True,
    ).stdout.strip()  # fmt: skip


def _bundled(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", ".ci/bundle"], cwd=folder, env={**os.environ, "PARTS": "none", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_bundle_is_called_after_its_commit_and_names_its_parts(clone: Path) -> None:
    commit = _git(clone, "rev-parse", "HEAD")[:10]
    (clone / "README.md").write_text("not committed")
    done = _bundled(clone)
    assert done.returncode == 0, done.stderr
    assert "chưa commit: không vào gói" in done.stderr
    (made,) = (clone / "dist").iterdir()
    assert made.name == f"motcua-1.2.3-20260102-{commit}-offline.tar"
    first = made.read_bytes()
    assert _bundled(clone, TZ="Asia/Ho_Chi_Minh").returncode == 0
    assert made.read_bytes() == first, "the same commit gives the same bytes"
    subprocess.run(["tar", "-xf", str(made), "-C", str(clone.parent)], check=True)
    whole = clone.parent / made.stem
    assert (whole / "project" / "README.md").read_text() == "Motcua"
    named = json.loads((whole / "sbom.json").read_text())
    assert named["metadata"]["component"]["version"] == f"1.2.3+20260102.{commit}"
    assert {one["name"] for one in named["components"]} >= {"htmx.org", "@tabler/core"}
    done = _install(whole)
    assert done.returncode == 0, done.stderr
    assert (clone.parent / "opt" / "sbom.json").exists()


def test_a_bundle_signed_while_it_is_made_is_taken_only_from_its_signer(clone: Path, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not here")
    for name in ("ours", "other"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(key, check=True)
        (tmp_path / f"{name}.signers").write_text("motcua " + (tmp_path / f"{name}.pub").read_text())
    gone = _bundled(clone, SIGNING_KEY=str(tmp_path / "nowhere"))
    assert gone.returncode == 2
    assert "không đọc được tệp khóa" in gone.stderr
    assert _bundled(clone, SIGNING_KEY=str(tmp_path / "ours")).returncode == 0
    (made,) = (clone / "dist").iterdir()
    subprocess.run(["tar", "-xf", str(made), "-C", str(tmp_path)], check=True)
    whole = tmp_path / made.stem
    assert "không cài gói này" in _install(whole, SIGNERS=str(tmp_path / "other.signers")).stderr
    assert not (tmp_path / "opt").exists()
    assert _install(whole, SIGNERS=str(tmp_path / "ours.signers")).returncode == 0


def test_without_git_no_bundle_is_made_and_it_says_why(clone: Path) -> None:
    shutil.rmtree(clone / ".git")
    done = _bundled(clone, GIT_CEILING_DIRECTORIES=str(clone.parent))
    assert done.returncode == 2
    assert "Không có git ở đây" in done.stderr


def test_the_list_of_a_bundle_names_every_wheel_of_both_halves(bundle: Path) -> None:
    for half, wheel in (
        ("app", "FastAPI-1.0-py3-none-any.whl"),
        ("bot", "ruamel.yaml-2.0-1-cp310-cp310-any.whl"),
    ):
        (bundle / "wheels" / half).mkdir(parents=True)
        (bundle / "wheels" / half / wheel).write_bytes(half.encode())
    named = script("sbom").bundle(bundle, "1")
    assert {
        (one["purl"], one["properties"][0]["value"], one["hashes"][0]["content"])
        for one in named["components"]
    } == {
        ("pkg:pypi/fastapi@1.0", "app", hashlib.sha256(b"app").hexdigest()),
        ("pkg:pypi/ruamel-yaml@2.0", "bot", hashlib.sha256(b"bot").hexdigest()),
    }


_ROOMS = (
    "bot/actions", "conversations", "core", "dossiers", "feedback", "gateway", "knowledge",
    "notifications", "people", "wire",
)  # fmt: skip
# Another queue, with which "motcua bench" compares ours where it is installed.
_PEER = {"taskiq", "taskiq-redis"}


def _installed_everywhere() -> set[str]:
    """Names of what comes along without the groups of developers: ours, and what that needs in turn."""
    lock = tomllib.loads((REPOSITORY / "uv.lock").read_text())
    packages = {package["name"]: package for package in lock["package"]}
    found: set[str] = set()
    waiting = ["motcua"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        needed = packages[name].get("dependencies", [])
        needed += [one for group in packages[name].get("optional-dependencies", {}).values() for one in group]
        waiting += [one["name"] for one in needed]
    return found


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_what_the_product_imports_is_installed_where_no_developer_works() -> None:
    owners = packages_distributions()
    known = _installed_everywhere() | _PEER
    missing = set()
    for path in (file for room in _ROOMS for file in (REPOSITORY / room).rglob("*.py")):
        for name in _imported(path):
            from_whom = {re.sub("[_.]", "-", one.lower()) for one in owners.get(name, ())}
            if from_whom and not from_whom & known:
                missing.add(f"{path.relative_to(REPOSITORY)}: {name}")
    assert missing == set()


def test_the_same_lock_gives_the_same_list_of_parts() -> None:
    def bom(serial: str, names: list[str]) -> dict[str, Any]:
        parts = [{"name": name, "version": "1"} for name in names]
        ties = [{"ref": name, "dependsOn": names} for name in names]
        about = {"timestamp": serial}
        return {"serialNumber": serial, "metadata": about, "components": parts, "dependencies": ties}

    moment = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
    settled = script("sbom").settled
    assert settled(bom("1", ["a", "b"]), moment) == settled(bom("2", ["b", "a"]), moment)


def test_the_list_of_licences_names_every_installed_package() -> None:
    done = CliRunner().invoke(app, ["licences", "--json"])
    rows = json.loads(done.stdout)
    assert {"fastapi", "cryptography"} <= {row["name"].lower() for row in rows}
    assert all(row["licence"] for row in rows)
