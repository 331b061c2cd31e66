"""The folder of messages that stands in for accounts nobody has configured yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from wire.outbox_file import OutboxFile
from wire.provider import Accepted, Lookup, OutgoingNotice, Rejected

NOTICE = OutgoingNotice(
    reference="n01ABC0",
    channel="sms",
    to="+84900000001",
    text="Da nhan ho so",
    dossier_code="H99.01-261102-0001",
    written_at=datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
)


async def test_a_message_becomes_a_file_that_people_and_programs_can_read(tmp_path):
    outcome = await OutboxFile(tmp_path / "outbox").send(NOTICE)
    assert isinstance(outcome, Accepted)
    names = sorted(path.name for path in (tmp_path / "outbox").iterdir())
    assert names == [
        "20261122T100000_H99.01-261102-0001_sms_n01ABC0.json",
        "20261122T100000_H99.01-261102-0001_sms_n01ABC0.txt",
    ]
    assert "Da nhan ho so" in (tmp_path / "outbox" / names[1]).read_text("utf-8")
    assert json.loads((tmp_path / "outbox" / names[0]).read_text("utf-8"))["to"] == "+84900000001"


async def test_the_same_message_is_there_once_however_often_it_is_handed_over(tmp_path):
    provider = OutboxFile(tmp_path)
    first = await provider.send(NOTICE)
    again = await provider.send(
        OutgoingNotice(**{**vars(NOTICE), "written_at": datetime(2026, 11, 23, tzinfo=UTC)})
    )
    assert first == again
    assert len(list(tmp_path.glob("*.txt"))) == 1


async def test_the_folder_can_be_asked(tmp_path):
    provider = OutboxFile(tmp_path / "none-yet")
    assert await provider.lookup("n01ABC0") is Lookup.NOT_TAKEN
    await provider.send(NOTICE)
    assert await provider.lookup("n01ABC0") is Lookup.TAKEN
    assert await provider.lookup("n01ABC") is Lookup.NOT_TAKEN


async def test_a_half_written_message_does_not_count(tmp_path):
    provider = OutboxFile(tmp_path)
    (tmp_path / "20261122T100000_x_sms_n01ABC0.json").write_text("{}", encoding="utf-8")
    (tmp_path / ".20261122T100000_x_sms_n01ABC0.txt.77").write_text("Da", encoding="utf-8")
    assert await provider.lookup("n01ABC0") is Lookup.NOT_TAKEN


async def test_a_name_cannot_leave_the_folder(tmp_path):
    provider = OutboxFile(tmp_path / "outbox")
    await provider.send(OutgoingNotice(reference="../../x", channel="../sms", to="t", text="t"))
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]


async def test_a_full_disk_is_a_temporary_refusal(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be", encoding="utf-8")
    outcome = await OutboxFile(tmp_path / "outbox").send(NOTICE)
    assert isinstance(outcome, Rejected)
    assert not outcome.permanent
