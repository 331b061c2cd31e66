"""Keys: old values stay readable, a wrong key says so, a hash for one purpose is not that for another."""

from pathlib import Path

import pytest

from core.crypto import CryptoError, KeyRing


def test_a_value_written_with_the_old_key_is_read_after_rotation() -> None:
    old = KeyRing.generate()
    stored = old.encrypt("Nguyễn Văn Mẫu")
    fresh = KeyRing.generate()
    rotated = KeyRing(current="k2", keys={**old.keys, "k2": fresh.keys["k1"]}, pepper=old.pepper)
    assert rotated.decrypt(stored) == "Nguyễn Văn Mẫu"
    assert rotated.encrypt("x").startswith("k2:")


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
