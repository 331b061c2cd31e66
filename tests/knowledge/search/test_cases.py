"""What a sentence plainly means tells the records of one family apart."""

from __future__ import annotations

import pytest

from knowledge.search.cases import Cases, told

NAMES = (
    "dang ky phuong tien lan dau",
    "cap lai giay chung nhan dang ky phuong tien",
    "xoa dang ky phuong tien",
    "dang ky lai phuong tien khi chuyen quyen so huu",
    "dang ky giam ho co yeu to nuoc ngoai",
    "gia han hoat dong ben thuy",
)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("bi mat giay to ghe", 1),
        ("ghe chim roi xoa so", 2),
        ("mua lai chiec ghe cua anh ban", 3),
        ("di co quoc tich canada dung giam ho", 4),
        ("giay hoat dong ben sap het han", 5),
    ],
)
def test_the_record_of_the_case_that_is_told_comes_first(said: str, name: int) -> None:
    assert Cases([told(name) for name in NAMES]).meant(said).argmax() == name


@pytest.mark.parametrize(
    "said", ["dang ky ghe mat may ngay", "lam giay ghe o dau", "ho so ghe nop mat bao lau"]
)
def test_words_that_only_ask_mean_no_case(said: str) -> None:
    assert not Cases([told(name) for name in NAMES]).meant(said).any()
