"""A scheduled change goes live by itself, and the editable files follow what is live."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core import editing
from core.content import ContentStatus, live_version
from core.content_mirror import sync
from core.database import Database, utc_now
from gateway.content_follower import ContentFollower
from gateway.content_kinds import why_not
from gateway.knowledge import SEED

KEY = "places/quy-nhon.yaml"


async def test_a_scheduled_change_goes_live_and_its_file_follows(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'content.db'}")
    await database.create_all()
    mirror = tmp_path / "content"
    await sync(database, seed=SEED, mirror=mirror, acceptable=why_not)
    async with database.writing() as session:
        live = await live_version(session, KEY)
        assert live
        text = live.body.replace("phone:", 'phone: "02560000000"')
        version = await editing.save_draft(
            session, key=KEY, text=text, author="lan", started_from=live.sha256, reason=None
        )
        editing.submit(version)
        await editing.approve(session, version, approver="hoa", read=version.sha256, second_person=True)
        editing.schedule(version, at=utc_now() - timedelta(seconds=1))
    await ContentFollower(database, mirror).tick()
    async with database.reading() as session:
        live = await live_version(session, KEY)
    assert live
    assert live.status == ContentStatus.PUBLISHED
    assert "02560000000" in live.body
    assert "02560000000" in (mirror / KEY).read_text(encoding="utf-8")
    await database.dispose()
