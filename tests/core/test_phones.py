import pytest

from core.phones import Phone, PhoneFlaw, read_phone, shown


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0900000001", Phone("+84900000001")),
        (" 090 000 00 01 ", Phone("+84900000001")),
        ("+84 900.000.001", Phone("+84900000001")),
        ("84900000001", Phone("+84900000001")),
        ("01680000001", Phone("+84380000001", PhoneFlaw.OLD_PREFIX)),
        ("02563888888", Phone(None, PhoneFlaw.NOT_MOBILE)),
        ("19001234", Phone(None, PhoneFlaw.NOT_MOBILE)),
        ("090000", Phone(None, PhoneFlaw.UNREADABLE)),
        ("không có", Phone(None, PhoneFlaw.UNREADABLE)),
        ("", Phone(None, PhoneFlaw.UNREADABLE)),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, expected):
    assert read_phone(typed) == expected


def test_a_ledger_shows_three_digits_only():
    assert shown("+84900000123") == "…123"
