"""Help stands on every page: what it is for and what to press, in the words of its buttons."""

from __future__ import annotations

import pytest

from core.database import Database
from gateway.console.help import HELP, help_for
from gateway.console.pages import JOBS
from people.models import Role
from tests.gateway.console.conftest import Browser, hire


def test_every_job_has_its_help_and_no_help_is_left_over() -> None:
    assert set(HELP) == {job.path for job in JOBS} - {"/console/huong-dan"}


@pytest.mark.parametrize(
    ("path", "of"),
    [
        ("/console/noi-dung/sua/places/x.yaml", "/console/noi-dung"),
        ("/console/ho-so/H99.01-261102-0001", "/console/ho-so"),
        ("/console/xin-loi/01K", "/console/sap-tre"),
        ("/console", "/console"),
        ("/console/huong-dan", None),
    ],
)
def test_a_page_behind_a_list_has_the_help_of_its_job(path: str, of: str | None) -> None:
    assert help_for(path) == (HELP[of] if of else None)


async def test_the_guide_tells_of_ones_own_jobs_alone(browser: Browser, database: Database) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    page = await browser.get("/console/huong-dan")
    assert HELP["/console/quay"].what in page
    assert HELP["/console/tai-khoan"].what not in page
    page = await browser.get("/console/quay")
    assert HELP["/console/quay"].steps[0] in page
