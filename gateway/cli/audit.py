"""``motcua audit``: known holes in the packages of the lock files, by OSV's public data (https://osv.dev).

An audit that reached no data is no audit: it says so and fails, as does one whose answer covers less than
was asked.
"""

from __future__ import annotations

import json
import tomllib
import urllib.request
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import REPOSITORY
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import told_when_long

OSV = "https://api.osv.dev/v1/querybatch"
LOCKS = (REPOSITORY / "uv.lock", REPOSITORY / "bot" / "uv.lock")
_SECONDS, _AT_ONCE = 30, 500
_NOT_DONE = "CHƯA kiểm tra được lỗ hổng"

Packages = dict[tuple[str, str], set[str]]
"""(name, version): the environments that have it."""


@app.command()
def audit(
    url: Annotated[str, typer.Option("--from", help="nơi hỏi, theo giao thức OSV querybatch")] = OSV,
    data: Annotated[
        Path | None, typer.Option(help="tệp all.zip của OSV cho PyPI, mang tới bằng ổ rời: không cần mạng")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Lỗ hổng đã biết trong các gói đã khóa; hỏi không được dữ liệu thì báo lỗi, không báo là sạch."""
    packages = locked(LOCKS)
    with told_when_long("Đang hỏi về mọi gói đã khóa…"):
        found = from_file(data, packages) if data else from_web(url, packages)
    rows = [
        {"name": name, "version": version, "holes": holes, "in": sorted(packages[name, version])}
        for (name, version), holes in sorted(found.items())
    ]
    if as_json:
        print(json.dumps({"asked": len(packages), "found": rows}, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['name']} {row['version']} ({', '.join(row['in'])}): {', '.join(row['holes'])}")
        print(f"Đã hỏi {len(packages)} gói, {len(rows)} gói có lỗ hổng đã biết.")
    if rows:
        raise typer.Exit(1)


def locked(files: tuple[Path, ...]) -> Packages:
    """Every package of the lock files that comes from a registry."""
    found: Packages = defaultdict(set)
    for file in files:
        for package in tomllib.loads(file.read_text(encoding="utf-8"))["package"]:
            if "registry" in package.get("source", {}):
                where = "rasa" if file.parent.name == "bot" else "ứng dụng"
                found[package["name"], package["version"]].add(where)
    return found


def from_web(url: str, packages: Packages) -> dict[tuple[str, str], list[str]]:
    """Ids of holes by package. Raises ``Problem`` where not every question was answered."""
    names = list(packages)
    found = {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        queries = [
            {"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in some
        ]
        results = _ask(url, {"queries": queries})
        if len(results) != len(some):
            raise Problem(f"{_NOT_DONE}: hỏi {len(some)} gói mà {url} chỉ trả lời {len(results)}")
        for which, result in zip(some, results, strict=True):
            if holes := [str(one["id"]) for one in (result or {}).get("vulns", [])]:
                found[which] = holes
    return found


def _ask(url: str, question: dict[str, Any]) -> list[Any]:
    if not url.startswith(("https://", "http://")):
        raise Problem(f"--from: '{url}' không phải địa chỉ http")
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, json.dumps(question).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            results = json.loads(answer.read())["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(
            f"{_NOT_DONE}: không lấy được dữ liệu từ {url} ({type(error).__name__}). Máy không có mạng"
            " thì chép all.zip của OSV (PyPI) tới rồi dùng --data"
        ) from None
    if not isinstance(results, list):
        raise Problem(f"{_NOT_DONE}: {url} trả lời không đúng dạng")
    return results


def from_file(path: Path, packages: Packages) -> dict[tuple[str, str], list[str]]:
    """The same from OSV's own export: one JSON for each hole, with the versions that have it."""
    wanted = {name for name, _ in packages}
    read, found = 0, defaultdict(list)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                hole = json.loads(archive.read(member))
                read += 1
                for part in hole.get("affected", []):
                    name = str(part.get("package", {}).get("name", "")).lower()
                    if name in wanted and not hole.get("withdrawn"):
                        for version in part.get("versions", []):
                            if (name, version) in packages:
                                found[name, version].append(str(hole["id"]))
    except (OSError, ValueError, zipfile.BadZipFile, KeyError) as error:
        raise Problem(f"{_NOT_DONE}: không đọc được {path} ({type(error).__name__})") from None
    if not read:
        raise Problem(f"{_NOT_DONE}: {path} không có dữ liệu nào")
    return dict(found)
