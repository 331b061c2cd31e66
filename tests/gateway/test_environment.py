"""An administrator's slip is told in one line that names it; a command sees what the service sees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from core.crypto import CryptoError, activate, key_ring
from core.database import Database, utc_now
from core.events import publish
from core.settings import Settings, settings
from gateway import schema
from gateway.bench.servers import PostgresServer
from gateway.cli import main
from gateway.cli.environment import VARIABLE, load_environment
from gateway.cli.problem import Problem
from gateway.cli.trouble import lines_about
from gateway.doctor.variables import variable_findings
from gateway.prepare import prepare


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A settings file that is named to commands; what it sets is gone afterwards."""
    before = dict(os.environ)
    path = tmp_path / "motcua.env"
    monkeypatch.setenv(VARIABLE, str(path))
    yield path
    os.environ.clear()
    os.environ.update(before)


def test_a_settings_file_means_what_it_says_and_the_environment_goes_before_it(environment: Path) -> None:
    environment.write_text(
        '# ghi chú\nMOTCUA_TRUSTED_PROXIES=["127.0.0.1"]\nDATABASE_URL=postgresql://a:p$HOME@h/b\n'
        'MOTCUA_ZALO__TEMPLATES=\'{"received": {"template_id": "1"}}\'\nMOTCUA_CITY=quy-nhon\n',
        encoding="utf-8",
    )
    os.environ["MOTCUA_CITY"] = "long-khanh"
    load_environment()
    assert os.environ["MOTCUA_TRUSTED_PROXIES"] == '["127.0.0.1"]'
    assert os.environ["DATABASE_URL"] == "postgresql://a:p$HOME@h/b"
    assert os.environ["MOTCUA_ZALO__TEMPLATES"] == '{"received": {"template_id": "1"}}'
    assert os.environ["MOTCUA_CITY"] == "long-khanh"


def test_a_settings_file_that_is_away_or_torn_is_never_passed_over(environment: Path) -> None:
    with pytest.raises(Problem, match="không có tệp cấu hình"):
        load_environment()
    environment.write_text("MOTCUA_CITY=quy-nhon\nMOTCUA_SHADOW\n", encoding="utf-8")
    with pytest.raises(Problem, match="dòng 2"):
        load_environment()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MOTCUA_WORKERS", "hai", "phải là số nguyên"),
        ("MOTCUA_METRICS", "open", "chỉ nhận"),
        ("MOTCUA_TRUSTED_PROXIES", "127.0.0.1", "JSON"),
        ("MOTCUA_MASTER_KEY", "file:/nowhere/master", "/nowhere/master"),
        ("MOTCUA_ESMS__API_KEYS", "a-secret-of-ours", "xem lại chính tả"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    variable: str,
    value: str,
    said: str,
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment.write_text(f"{variable}={value}\n")
    monkeypatch.setattr("sys.argv", ["motcua", "providers"])
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        main()
    settings.cache_clear()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(f"motcua: {variable}: ")
    assert said in told
    assert "a-secret-of-ours" not in told
    assert told.count("\n") == 1


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    (line,) = lines_about(OperationalError("SELECT 1", {}, Exception("connection refused\nmore")))
    assert "connection refused" in line
    assert "DATABASE_URL" in line
    assert "SELECT" not in line


def test_an_error_of_ours_is_not_taken_for_an_administrators() -> None:
    assert lines_about(ValueError("x")) == []


def test_a_variable_that_nothing_reads_is_named_with_the_one_it_may_have_meant() -> None:
    (found,) = variable_findings({"MOTCUA_BACKUPDIR": "/b", "MOTCUA_CITY": "x", "MOTCUA_ZALO__APP_ID": "1"})
    assert "MOTCUA_BACKUPDIR" in found.said
    assert "MOTCUA_BACKUP_DIR" in found.remedy


async def test_a_machine_with_other_keys_does_not_join(tmp_path: Path) -> None:
    ring_before = key_ring()
    first = Settings(data_dir=tmp_path / "first", database_url=f"sqlite:///{tmp_path}/one.db", _env_file=None)
    await prepare(first, tell=lambda line: None)
    database = Database(first.database)
    async with database.writing() as session:
        await publish(session, type="vn.motcua.dossier.received", subject="a", body={"said": str(utc_now())})
    await database.dispose()
    second = first.model_copy(update={"data_dir": tmp_path / "second"})
    with pytest.raises(CryptoError, match="không phải khóa của cơ sở dữ liệu này"):
        await prepare(second, tell=lambda line: None)
    activate(ring_before)


def test_a_database_without_an_encoding_is_told_in_one_line(postgres: PostgresServer) -> None:
    """What ``createdb`` makes on a system without a locale."""
    postgres.sql("CREATE DATABASE plain ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(TypeError) as found:
        schema.upgrade(Settings(database_url=postgres.url("plain"), _env_file=None).database)
    postgres.sql("DROP DATABASE plain WITH (FORCE)")
    (line,) = lines_about(found.value)
    assert "UTF-8" in line
    assert lines_about(TypeError("ours")) == []
