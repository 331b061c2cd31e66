"""What ships in content/ for this room can be published, and a mistake keeps a file from it."""

import pytest

from core.content import ContentStatus, Document, add_version, read_folder
from feedback.content import PLAN, instruments_in, plan_in, targets_in, why_not
from feedback.sample import load_sample_answers
from tests.feedback.conftest import CONTENT, Clock


def shipped():
    texts = read_folder(CONTENT)
    return [Document(key.split("/", 1)[0], key, text, 1) for key, text in texts.items()]


def test_everything_shipped_reads_as_published_content():
    documents = shipped()
    assert len(list(instruments_in(documents))) == 6
    assert len(targets_in(documents)) == 38
    assert plan_in(documents).closings["returned"] == "after-pickup"
    assert {why_not(found.key, found.text) for found in documents} == {None}


def test_the_plan_names_questionnaires_that_exist():
    documents = shipped()
    known = {instrument.id for instrument in instruments_in(documents)}
    assert set(plan_in(documents).closings.values()) <= known


@pytest.mark.parametrize("key", [PLAN, "surveys/new.yaml", "targets/new.yaml"])
def test_a_mistake_is_told_with_its_file(key):
    assert why_not(key, "colour: red").startswith(key)
    assert why_not("messages/x.yaml", "colour: red") is None


def test_without_a_published_plan_nobody_is_invited():
    with pytest.raises(LookupError, match="invitations"):
        plan_in([])


async def test_the_sample_city_answers_the_published_survey(database, clock: Clock):
    async with database.writing() as session:
        for found in shipped():
            if found.kind == "surveys":
                await add_version(
                    session, key=found.key, text=found.text, status=ContentStatus.PUBLISHED, author="seed"
                )
    async with database.writing() as session:
        assert await load_sample_answers(session, now=clock()) == 415
