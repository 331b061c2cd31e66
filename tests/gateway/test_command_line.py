"""A mistyped command ends with status 2 and one line, never with a page of Python."""

from __future__ import annotations

import pytest

from gateway.cli import main


@pytest.mark.parametrize(
    "typed", [["events", "nowhere"], ["due", "2026-11-20"], ["--nope"], ["due", "x", "y"]]
)
def test_a_mistyped_command_is_told_in_one_line(
    typed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["motcua", *typed])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("motcua: ")
    assert told.count("\n") == 1
