"""Personal numbers in any writing are masked; codes, dates and sums are left alone."""

import pytest

from core.text.mask import mask_personal


@pytest.mark.parametrize(
    "number",
    [
        "0900000001", "0900 000 001", "0900.000.001", "0900-000-001", "+84 900 000 001", "84900000001",
        "(0256) 3 000 000", "o900000001", "0 9 0 0 0 0 0 0 0 1",
    ],
)  # fmt: skip
def test_a_phone_is_masked_however_it_is_written(number: str) -> None:
    assert mask_personal(f"gọi tôi {number} nhé") == "gọi tôi [số điện thoại] nhé"


@pytest.mark.parametrize(
    "number",
    [
        "000000000001",
        "000 000 000 001",
        "000.000.000.001",
        "100000001",
        "100 000 001",
        "100.000.001",
        "0000000000001",
    ],
)
def test_an_identity_or_account_number_is_masked(number: str) -> None:
    masked = mask_personal(f"số của tôi {number} đây")
    assert not any(char.isdigit() for char in masked)
    assert masked.endswith(" đây")


@pytest.mark.parametrize("card", ["B0000001", "GD4000000000001"])
def test_a_passport_or_insurance_card_is_masked(card: str) -> None:
    assert "0000" not in mask_personal(f"số {card}")


def test_a_number_spelled_out_is_masked() -> None:
    assert mask_personal("số không chín không không không không không không một") == "số [dãy số]"


def test_a_mail_address_is_masked() -> None:
    assert mask_personal("gửi về nguoi.mau@example.vn") == "gửi về [địa chỉ thư]"


@pytest.mark.parametrize(
    "text",
    [
        "hồ sơ H99.12-260901-0042",
        "hồ sơ 000.00.12.H99-260901-0042",
        "mã H9912-260901-0042",
        "hồ sơ 260901-0042",
        "sinh ngày 12/03/1990",
        "từ 01.07.2025 - 31.12.2025",
        "giá 1.500.000.000 đồng",
        "thủ tục 2.000815 và 1.004222",
        "Nghị định 123/2015/NĐ-CP",
        "thửa 123, tờ 45, mã 123456",
        "ba bốn người con sáu bảy tám tuổi",
    ],
)
def test_codes_dates_and_sums_stay(text: str) -> None:
    assert mask_personal(text) == text


def test_a_sign_that_nobody_can_see_hides_no_number_and_breaks_nothing() -> None:
    assert mask_personal("\x000\x00") == "0"
    assert mask_personal("số 0\x00900 000 \x00001") == "số [số điện thoại]"
    assert mask_personal("hồ sơ H99.01-260928-0001 \x000\x00") == "hồ sơ H99.01-260928-0001 0"
