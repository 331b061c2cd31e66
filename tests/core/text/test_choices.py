from core.text.choices import numbered, quoted


def test_choices_are_numbered_unless_the_text_has_done_it() -> None:
    assert numbered("Chọn một việc", ["Sổ bị mất", "Khác"]) == ["1. Sổ bị mất", "2. Khác"]
    assert numbered("Việc nào ạ?\n1. Sổ bị mất\n2. Khác\nNhắn số.", ["Sổ bị mất", "Khác"]) == []
    assert numbered("Cần:\n1. Tờ khai\n2. Căn cước", ["Lệ phí", "Nộp ở đâu"]) == ["1. Lệ phí", "2. Nộp ở đâu"]
    assert numbered("Chào", []) == []


def test_words_that_can_be_sent_read_as_a_sentence() -> None:
    assert quoted(["Đúng ý"]) == "“Đúng ý”"
    assert quoted(["Đúng ý", "Chưa đúng ý"]) == "“Đúng ý” hoặc “Chưa đúng ý”"
    assert quoted(["a", "b", "c"]) == "“a”, “b” hoặc “c”"
