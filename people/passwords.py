"""What a password may be: long, of its owner's own making, and none of those that are tried first.

ASVS 4.0.3, 2.1: from 12 characters to 128, every letter and blank as it is typed, no rule about capitals and
digits, and none of the common ones. Those of twelve characters and more are made by a handful of habits (a
word that everybody takes with a year behind it, a row of keys, one word twice), so the habits are refused
instead of a list of their results.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.text.fold import fold

# OWASP: Argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 12, 128
_FEWEST_DIFFERENT = 5
_LEFT_OVER = 4
"""So many letters of one's own there must be beside the words that everybody takes."""
_ROWS = (
    "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
)  # fmt: skip
_TAKEN_BY_ALL = (
    "password", "passwd", "pass", "matkhau", "admin", "administrator", "root", "user", "login", "welcome",
    "hello", "letmein", "secret", "default", "changeme", "test", "guest", "master", "iloveyou", "loveyou",
    "love", "sunshine", "princess", "football", "monkey", "dragon", "superman", "batman", "google",
    "facebook", "zalo", "computer", "internet", "windows", "android", "iphone", "samsung", "anhyeuem",
    "emyeuanh", "yeuem", "yeuanh", "anhnhoem", "nhoem", "conyeume", "giadinh", "hanhphuc", "congtutuan",
    "khongbiet", "khongco", "khongnho", "vietnam", "hanoi", "saigon", "quynhon", "longkhanh", "dongnai",
    "gialai", "binhdinh", "motcua", "dichvucong", "hanhchinh", "tthc", "ubnd", "uyban", "nhandan",
    "phuong", "thanhpho", "thixa", "tinh", "canbo", "congchuc", "tiepnhan", "hoso", "quantri", "lanhdao",
    "abc", "abcd", "xyz", "asd", "qwe", "qwerty", "asdf", "zxc",
)  # fmt: skip
_DISGUISES = str.maketrans("013457@$!|", "oleastasil")


class PasswordRefused(ValueError):
    """The message says what to choose instead."""


def hash_password(password: str) -> str:
    return _HASHER.hash(_as_typed(password))


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """``about``: the account's own names, which are no secret. Raises ``PasswordRefused``."""
    if (why := why_not(password, about=about)) is not None:
        raise PasswordRefused(why)


def matches(password_hash: str, password: str) -> bool:
    """The same letters whichever keyboard wrote their marks."""
    try:
        return _HASHER.verify(password_hash, _as_typed(password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def why_not(password: str, *, about: Iterable[str] = ()) -> str | None:
    """Why this password is not taken, in words for whoever chose it; None for a good one."""
    if len(" ".join(password.split())) < SHORTEST:
        return f"mật khẩu ngắn quá: cần từ {SHORTEST} ký tự, một câu ngắn của riêng bạn là tốt nhất"
    if len(password) > LONGEST:
        return f"mật khẩu dài quá: nhiều nhất {LONGEST} ký tự"
    if len(set(password)) < _FEWEST_DIFFERENT:
        return "mật khẩu lặp đi lặp lại vài ký tự: chọn một câu ngắn của riêng bạn"
    plain = re.sub(r"[^a-z0-9@$!|]", "", fold(password))
    if not _is_latin(password):
        return None
    if _is_a_row(re.sub(r"[^a-z0-9]", "", plain)):
        return "mật khẩu đi theo hàng phím hay dãy số, ai cũng thử trước: chọn một câu ngắn của riêng bạn"
    own = {part for one in about for part in re.split(r"[^a-z]+", fold(one)) if len(part) > 2}
    common = sorted({*_TAKEN_BY_ALL, *own}, key=len, reverse=True)
    for spelled in (plain, plain.translate(_DISGUISES)):
        if len(set(_without(re.sub(r"[^a-z]", "", spelled), common))) < _LEFT_OVER:
            return "mật khẩu ghép từ chữ ai cũng dùng hoặc từ tên bạn: chọn một câu ngắn của riêng bạn"
    return None


def _as_typed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _is_latin(password: str) -> bool:
    """In another script the letters that were looked at are not all there are."""
    return all(not char.isalpha() or fold(char).isascii() for char in password)


def _is_a_row(plain: str) -> bool:
    """Made of at most three pieces of rows of keys, forwards or backwards."""
    rest = plain
    for _ in range(3):
        rows = [row * 2 for row in _ROWS] + [row[::-1] * 2 for row in _ROWS]
        size = max((n for n in range(3, len(rest) + 1) if any(rest[:n] in row for row in rows)), default=0)
        rest = rest[size:]
    return not rest


def _without(letters: str, words: Iterable[str]) -> str:
    for word in words:
        letters = letters.replace(word, "")
    return letters
