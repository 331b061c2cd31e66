"""Which passwords are taken, and that a good one is not sent back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.accounts import new_password
from people.passwords import PasswordRefused, check, hash_password, matches, why_not
from tests.fuzzing import trying


@pytest.mark.parametrize(
    "password",
    [
        "ngan qua",
        "123456789012",
        "1234567891011",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "aaaaaaaaaaaaaaa",
        "abababababab",
        "matkhau123456",
        "Mật khẩu 2026!",
        "P@ssw0rd2026!",
        "passwordpassword",
        "motcua@QuyNhon2026",
        "anhyeuem12345",
        "lan.nguyen-2026",
        "Nguyễn Lan 1990",
        "administrator",
        "a" * 60 + "bcdef" * 20,
    ],
)
def test_what_is_tried_first_is_not_taken(password: str) -> None:
    assert why_not(password, about=("lan.nguyen", "Nguyễn Thị Lan"))


@pytest.mark.parametrize(
    "password",
    [
        "mèo nhà tôi sợ mưa",
        "bay con chim se di nang",
        "correct horse battery staple",
        "xq7-Vz2+pp0-Lm",
        "Я люблю чай с утра",
        "chợ Đầm bán cá 5 giờ",
    ],
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    assert why_not(password, about=("lan.nguyen", "Nguyễn Thị Lan")) is None


def test_first_passwords_are_good_ones() -> None:
    assert all(why_not(new_password()) is None for _ in range(200))


def test_the_same_letters_open_whichever_keyboard_wrote_their_marks() -> None:
    kept = hash_password(unicodedata.normalize("NFD", "mèo nhà tôi sợ mưa"))
    assert matches(kept, unicodedata.normalize("NFC", "mèo nhà tôi sợ mưa"))
    assert not matches(kept, "meo nha toi so mua")
    assert not matches("no hash at all", "meo nha toi so mua")


def test_a_refusal_says_what_to_choose() -> None:
    with pytest.raises(PasswordRefused, match="một câu ngắn"):
        check("matkhau123456")


@given(st.text(max_size=200))
@trying(60)
def test_any_text_is_taken_or_refused(password: str) -> None:
    why = why_not(password, about=("lan.nguyen",))
    assert why is None or why.startswith("mật khẩu")
