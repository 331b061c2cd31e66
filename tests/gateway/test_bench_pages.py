"""A small run of ``motcua bench pages``: the office stands, everybody gets in, every page answers."""

from __future__ import annotations

from gateway.bench import pages
from gateway.bench.kinds import Kind
from gateway.bench.office import Office
from gateway.cli.bench_pages import as_table

SMALL = Office(dossiers=1_000, conversations=100, procedures=0, wards=2, staff=3)


async def test_the_pages_of_work_to_do_are_visited_by_whoever_may() -> None:
    found = await pages.measure(
        Kind.SQLITE, office=SMALL, visits=1, only="/console/viec", tell=lambda _line: None
    )
    seen = {(one["page"], one["visitor"]) for one in found["pages"]}
    assert ("/console/viec-bao-tin?xong=1", "officer of a ward") in seen
    assert ("/console/viec-y-kien/{case_id}", "leader") in seen
    assert not [visitor for page, visitor in seen if "y-kien" in page and "officer" in visitor]
    assert {one["status"] for one in found["pages"]} == {200}
    table = as_table(found).splitlines()
    assert len(table) > len(seen)
    assert "/console/viec-bao-tin (officer)" in "\n".join(table)
