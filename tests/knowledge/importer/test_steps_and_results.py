"""Steps, conditions and results: cut where the source means it, put in order where that is provable."""

from __future__ import annotations

from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_results import parse_results
from knowledge.importer.parse_steps import parse_list, parse_steps, settled_same_day
from knowledge.importer.unscramble import Readings, unscramble


def steps(text: str) -> tuple[str, ...]:
    return parse_steps(text, Findings())


def test_numbered_steps_keep_the_lines_below_them() -> None:
    assert steps("Bước 1: Mang đèn đến.\n- Đèn lớn ở trên.\nBước 2: Nhận thẻ.") == (
        "Bước 1: Mang đèn đến.\n- Đèn lớn ở trên.",
        "Bước 2: Nhận thẻ.",
    )


def test_steps_written_in_one_line_come_apart() -> None:
    assert steps("Bước 1. Mang đèn đến. Bước 2. Soi đèn;Bước 3 Nhận thẻ theo Bước 2.") == (
        "Bước 1. Mang đèn đến.",
        "Bước 2. Soi đèn;",
        "Bước 3 Nhận thẻ theo Bước 2.",
    )


def test_a_heading_glued_to_the_first_step_stands_by_itself() -> None:
    assert steps(
        "Đối với đèn biển Bước 1: Soi.\nBước 2: Ghi.\nĐối với đèn dầu:\nBước 1: Lau.\nBước 2: Ghi."
    ) == (
        "Đối với đèn biển",
        "Bước 1: Soi.",
        "Bước 2: Ghi.",
        "Đối với đèn dầu:",
        "Bước 1: Lau.",
        "Bước 2: Ghi.",
    )


def test_shuffled_numbers_are_put_in_order_and_counted() -> None:
    findings = Findings()
    assert parse_steps("Bước 3: Ra về.\nBước 1: Vào.\nBước 2: Soi đèn.", findings) == (
        "Bước 1: Vào.",
        "Bước 2: Soi đèn.",
        "Bước 3: Ra về.",
    )
    assert findings.has(Defect.SCRAMBLED_STEPS)


def test_without_numbers_the_outermost_mark_begins_an_item() -> None:
    assert steps("- Mang đèn đến.\n+ Đèn lớn.\nĐèn phải khô.\n- Nhận thẻ.") == (
        "- Mang đèn đến.\n+ Đèn lớn.\nĐèn phải khô.",
        "- Nhận thẻ.",
    )


def test_remarks_stay_together_behind_their_heading() -> None:
    assert steps("- Mang đèn.\n* Lưu ý:\n- Đèn khô.\n- Đèn sạch.") == (
        "- Mang đèn.",
        "* Lưu ý:\n- Đèn khô.\n- Đèn sạch.",
    )


def test_lines_broken_in_a_sentence_are_joined() -> None:
    assert steps("- Người gác mang đèn đến\nquầy soi đèn của xã,\nNhận thẻ ở đó.") == (
        "- Người gác mang đèn đến quầy soi đèn của xã, Nhận thẻ ở đó.",
    )


def test_conditions_that_say_nothing_are_none() -> None:
    for text in ("Không có thông tin", "không", "Không quy định.", "--", ""):
        assert parse_list(text) == ()
    assert parse_list("- Đèn còn sáng\n- Người gác đủ 18 tuổi") == (
        "- Đèn còn sáng",
        "- Người gác đủ 18 tuổi",
    )


def test_same_day_is_said_by_the_rule_about_15_hours() -> None:
    assert settled_same_day("nhận đèn sau 15 giờ thì trả thẻ trong ngày làm việc tiếp theo")
    assert not settled_same_day("quầy đóng cửa sau 17 giờ")


def test_results_end_where_the_page_begins() -> None:
    findings = Findings()
    found = parse_results(
        "Thẻ đènMã: KQ.G99.000001Giấy gác đènMã: 000.00.00.G99-KQ0002Từ khóađèn, thẻ đèn"
        "Mô tảSoi đèn cho dân.Chọn cơ quan thực hiệnTỉnh/ Thành phốNộp hồ sơ",
        findings,
    )
    assert found.results == ("Thẻ đèn", "Giấy gác đèn")
    assert found.keywords == "đèn, thẻ đèn"
    assert found.description == "Soi đèn cho dân."
    assert findings.has(Defect.PAGE_FURNITURE)


def test_a_missing_result_is_counted() -> None:
    findings = Findings()
    assert (
        parse_results(
            "...Mã: KQ.G99.000001Từ khóaKhông có thông tinMô tảKhông có thông tin", findings
        ).results
        == ()
    )
    assert findings.has(Defect.RESULT_MISSING)


SCRAMBLED = (
    "- Người gác mang đèn đến quầy soi của ban đèn; nhận thẻ.\n"
    "- Người ở xa gửi ảnh đèn và điền thông tin cho đủ, hoàn tất việc đèn tại phòng\n"
    "gửi hồ sơ soi đèn."
)
OTHER = (
    "Người gác mang đèn đến quầy soi đèn tại phòng của ban đèn; nhận thẻ. "
    "Điền thông tin cho đủ, hoàn tất việc gửi hồ sơ soi đèn."
)


def test_a_fragment_in_the_wrong_sentence_goes_back_where_another_record_proves_it() -> None:
    findings = Findings()
    readings = Readings({"a": ("đèn", SCRAMBLED), "b": ("đèn", OTHER)})
    mended = unscramble("a", SCRAMBLED, readings, findings)
    assert "quầy soi đèn tại phòng của ban đèn" in mended
    assert "hoàn tất việc gửi hồ sơ soi đèn" in mended
    assert findings.found[0].mended


def test_without_proof_the_text_stays_and_a_person_is_asked() -> None:
    findings = Findings()
    readings = Readings({"a": ("đèn", SCRAMBLED), "b": ("đèn", "Người gác lau đèn mỗi ngày rồi ghi sổ.")})
    assert unscramble("a", SCRAMBLED, readings, findings) == SCRAMBLED
    assert findings.has(Defect.SCRAMBLED_STEPS)
    assert findings.to_check
