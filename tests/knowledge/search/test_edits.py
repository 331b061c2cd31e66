"""After any edits the index answers just as one that was built from nothing: the same records and scores."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.lexicon import Lexicon, WordFile
from knowledge.schemas import Level, Procedure
from knowledge.search.index import SearchIndex
from knowledge.search.passages import Passages
from knowledge.search.tones import Tones
from tests.knowledge.search.encoders import BagEncoder

_WORDS = (
    "đăng ký", "khai sinh", "khai tử", "kết hôn", "tạm trú", "thường trú", "giấy phép", "xây dựng", "nhà ở",
    "cấp lại", "cấp đổi", "gia hạn", "hộ khẩu", "chứng thực", "bản sao", "hợp đồng", "nước ngoài", "trẻ em",
    "người cao tuổi", "đất", "kinh doanh",
)  # fmt: skip
_ASKED = (
    "dang ky khai snh o dau", "cấp đổi giấy phép xây dựng", "gpxd nha o", "kai tu cho nguoi cao tuoi",
    "gia han ttru", "chung thuc ban sao hop dong", "đất nước ngoài", "ket hon voi nguoi nuoc ngoai cân gi",
    "thuong tru",
)  # fmt: skip
_LEXICONS = (None, Lexicon([WordFile(words={"gpxd": "giấy phép xây dựng"})]))

names = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map(" ".join)
said = st.lists(names, max_size=3).map(tuple)


@dataclass(frozen=True)
class Content:
    records: dict[str, Procedure]
    phrases: dict[str, tuple[str, ...]]
    lexicon: Lexicon | None

    def index(self, before: SearchIndex | None = None) -> SearchIndex:
        return SearchIndex([*self.records.values()], self.phrases, self.lexicon, before=before)


@st.composite
def contents(draw: st.DrawFn, before: Content | None = None) -> Content:
    """Some content; or what is left of some after records came, went, changed, moved."""
    records = dict(before.records) if before else {}
    phrases = dict(before.phrases) if before else {}
    lexicon = draw(st.sampled_from(_LEXICONS)) if before is None or draw(st.booleans()) else before.lexicon
    for code in draw(st.lists(st.sampled_from("abcdefghij"), min_size=0 if before else 2, max_size=8)):
        records.pop(code, None) if draw(st.booleans()) else None  # it goes to the end of the catalogue
        records[code] = Procedure(
            code=code,
            name=draw(names),
            field=draw(st.sampled_from(("Hộ tịch", "Đất đai"))),
            levels=draw(st.sampled_from(((Level.COMMUNE,), (Level.PROVINCE,)))),
            aliases=draw(said),
        )
        if words := draw(said):
            phrases[code] = words
        else:
            phrases.pop(code, None)
    for code in draw(st.lists(st.sampled_from("abcdefghij"), max_size=3)) if before else []:
        records.pop(code, None)
    return Content(records, phrases, lexicon)


@settings(max_examples=25)
@given(st.data())
def test_after_any_edits_everything_is_found_as_if_built_from_nothing(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        passages = Passages(Path(folder), BagEncoder())
        content = data.draw(contents())
        index = content.index()
        for _ in range(3):
            if data.draw(st.booleans()):
                list(passages.fill(index.passages()))
            index.attach(passages)
            fresh = content.index()
            fresh.attach(passages)
            for asked in _ASKED:
                assert index.search(asked, 12) == fresh.search(asked, 12)
                assert index.named(asked) == fresh.named(asked)
            content = data.draw(contents(content))
            index = content.index(index)


def test_a_draft_beside_the_live_index_leaves_it_as_it_was() -> None:
    records = {
        code: Procedure(code=code, name=name, field="Hộ tịch", levels=(Level.COMMUNE,))
        for code, name in (("a", "Đăng ký khai sinh"), ("b", "Đăng ký kết hôn"))
    }
    live = Content(records, {}, None)
    index = live.index()
    before = [index.search(asked) for asked in (*_ASKED, "nuôi chim yến")]
    draft = Content({"b": records["b"]}, {"b": ("nuôi chim yến",)}, None).index(index)
    assert [hit.code for hit in draft.search("nuôi chim yến")] == ["b"]
    assert [index.search(asked) for asked in (*_ASKED, "nuôi chim yến")] == before


texts = st.lists(st.sampled_from(("Đăng ký tạm trú", "đăng kí", "dâng kỷ", "tam tru", "tám trụ")), max_size=6)


@given(texts, texts, texts)
def test_tones_learnt_of_changes_are_those_learnt_of_the_whole(
    stays: list[str], gone: list[str], come: list[str]
) -> None:
    changed, fresh = Tones([*stays, *gone]).changed(gone, come), Tones([*stays, *come])
    for asked in ("dang ky tam tru", "dang ki", "tru", "tam dang"):
        assert changed.restore(asked.split()) == fresh.restore(asked.split())
