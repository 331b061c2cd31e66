"""The shipped content as a knowledge base, without a database."""

from __future__ import annotations

import pytest

from core.content import Document
from core.content_mirror import read_folder
from gateway.knowledge import SEED
from knowledge.base import KnowledgeBase
from knowledge.published import read_content
from tests.knowledge.dialogue.talking import Talk


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    documents = [Document(key.split("/", 1)[0], key, text, 1) for key, text in read_folder(SEED).items()]
    return KnowledgeBase(read_content(documents, {}))


@pytest.fixture
def talk(base: KnowledgeBase) -> Talk:
    return Talk(base)
