"""Keys: old values stay readable, a wrong key says so, a hash for one purpose is not that for another."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.crypto import CryptoError, KeyRing


def test_a_value_written_with_the_old_key_is_read_after_rotation() -> None:
    old = KeyRing.generate()
    stored = old.encrypt("Nguyễn Văn Mẫu")
    fresh = KeyRing.generate()
    rotated = KeyRing(current="k2", keys={**old.keys, "k2": fresh.keys["k1"]}, pepper=old.pepper)
    assert rotated.decrypt(stored) == "Nguyễn Văn Mẫu"
    assert rotated.encrypt("x").startswith("k2:")


def test_the_words_of_a_message_take_half_of_their_length_on_the_disk_and_come_back_as_they_were() -> None:
    ring = KeyRing.generate()
    words = "Hồ sơ H00.00.00-260101-0001 của ông bà đã có kết quả, mời ông bà đến nhận tại quầy số 2. " * 12
    stored = ring.encrypt(words)
    assert len(stored) < len(words.encode()) / 2
    assert ring.decrypt(stored) == words


@pytest.mark.parametrize("text", ["", "x", "đ" * 99, "đ" * 101, "\0" * 300, "ÿ" * 300, "🙂" * 80])
def test_every_text_comes_back_as_it_was(text: str) -> None:
    ring = KeyRing.generate()
    assert ring.decrypt(ring.encrypt(text)) == text


def test_values_written_before_long_ones_were_made_smaller_are_still_read() -> None:
    ring = KeyRing(current="k1", keys={"k1": b"k" * 32}, pepper=b"p" * 32)
    text = "Kính gửi ông bà, " * 30
    sealed = AESGCM(b"k" * 32).encrypt(b"n" * 12, text.encode(), b"k1")
    assert ring.decrypt(f"k1:{base64.b64encode(b'n' * 12 + sealed).decode()}") == text


def test_a_missing_key_is_named() -> None:
    stored = KeyRing.generate().encrypt("x")
    other = KeyRing(current="k9", keys={"k9": KeyRing.generate().keys["k1"]}, pepper=b"p" * 32)
    with pytest.raises(CryptoError, match="k1"):
        other.decrypt(stored)


def test_the_same_number_hashes_differently_for_another_purpose() -> None:
    ring = KeyRing.generate()
    assert ring.digest("+84900000001", "phone") != ring.digest("+84900000001", "survey")


def test_the_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    first = KeyRing.load_or_create(path)
    assert KeyRing.load_or_create(path) == first
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"current": "k1", "keys": {}, "pepper": "eA=="}'])
def test_a_broken_key_ring_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(CryptoError):
        KeyRing.from_json(text)
