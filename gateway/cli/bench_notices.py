"""``motcua bench``, all of it that is measured with servers of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
import uvloop

from gateway.bench.kinds import QUICK, Carrier, Kind, Part, ServerMissing
from gateway.cli.bench import group
from gateway.cli.problem import Problem

_JSON = Annotated[bool, typer.Option("--json", help="in JSON")]
_DATABASE = Annotated[Kind, typer.Option("--database", help="cơ sở dữ liệu dùng để đo")]


@group.command()
def accept(
    database: _DATABASE = Kind.SQLITE,
    events: Annotated[int, typer.Option(min=500, help="số sự kiện gửi theo lô 50")] = 15_000,
    requests: Annotated[int, typer.Option(min=100, help="số lần gửi từng sự kiện")] = 6_000,
    seconds: Annotated[int, typer.Option(min=2, help="số giây gửi đều 300 sự kiện mỗi giây")] = 15,
    as_json: _JSON = False,
) -> None:
    """Nhận sự kiện: theo lô, từng cái một, và thời gian chờ ở 300 sự kiện mỗi giây."""
    from gateway.bench import accept as bench

    _run(bench.measure(database, events=events, requests=requests, seconds=seconds, tell=_tell), as_json)


@group.command()
def dispatch(
    database: _DATABASE = Kind.SQLITE,
    messages: Annotated[int, typer.Option(min=500, help="số tin")] = 25_000,
    seconds: Annotated[int, typer.Option(min=5, help="số giây của mỗi phép đo thời gian chờ")] = 20,
    only: Annotated[list[Part] | None, typer.Option(help="chỉ đo phần này; ghi nhiều lần được")] = None,
    as_json: _JSON = False,
) -> None:
    """Gửi tin: thông lượng, thời gian chờ, tin gấp vượt hàng đợi, nhà mạng trục trặc."""
    from gateway.bench import dispatch as bench

    parts = only or tuple(Part)
    _run(bench.measure(database, messages=messages, seconds=seconds, parts=parts, tell=_tell), as_json)


@group.command()
def receipts(
    database: _DATABASE = Kind.SQLITE,
    messages: Annotated[int, typer.Option(min=100, help="số tin; mỗi tin bốn phản hồi")] = 5_000,
    as_json: _JSON = False,
) -> None:
    """Phản hồi của nhà mạng: lặp lại và lộn thứ tự, trạng thái cuối vẫn phải đúng."""
    from gateway.bench import receipts as bench

    _run(bench.measure(database, messages=messages, tell=_tell), as_json)


@group.command()
def answers(
    database: _DATABASE = Kind.SQLITE,
    count: Annotated[
        int, typer.Option("--answers", min=200, help="số câu trả lời gửi nhanh hết mức")
    ] = 6_000,
    seconds: Annotated[int, typer.Option(min=2, help="số giây gửi đều 600 câu trả lời mỗi giây")] = 10,
    as_json: _JSON = False,
) -> None:
    """Câu trả lời khảo sát qua HTTP: mỗi câu ghi bền rồi mới báo đã nhận."""
    from gateway.bench import answers as bench

    _run(bench.measure(database, answers=count, seconds=seconds, tell=_tell), as_json)


@group.command()
def dashboard(
    database: _DATABASE = Kind.SQLITE,
    dossiers: Annotated[int, typer.Option(min=1_000, help="số hồ sơ của một năm")] = 500_000,
    visits: Annotated[int, typer.Option(min=50, help="số lần mở trang")] = 300,
    as_json: _JSON = False,
) -> None:
    """Trang ý kiến và /minh-bach của một năm: mọi kỳ, mọi cách xem, lần đầu và những lần sau."""
    from gateway.bench import dashboard as bench

    _run(bench.measure(database, dossiers=dossiers, visits=visits, tell=_tell), as_json)


@group.command()
def webhooks(
    database: _DATABASE = Kind.SQLITE,
    seconds: Annotated[int, typer.Option(min=2, help="số giây gửi liên tục")] = 20,
    per_second: Annotated[int, typer.Option(min=10, help="số lần gọi mỗi giây")] = 500,
    as_json: _JSON = False,
) -> None:
    """Webhook dồn dập, lặp lại, lộn thứ tự: trả lời kịp hai giây, mỗi việc làm đúng một lần."""
    from gateway.bench import webhooks as bench

    _run(bench.measure(database, seconds=seconds, per_second=per_second, tell=_tell), as_json)


@group.command()
def years(
    database: _DATABASE = Kind.SQLITE,
    rows: Annotated[
        int, typer.Option(min=1_000, help="số tin đã có; số hồ sơ bằng một phần năm")
    ] = 5_000_000,
    messages: Annotated[int, typer.Option(min=500, help="số tin mỗi lần đo")] = 5_000,
    as_json: _JSON = False,
) -> None:
    """So tốc độ khi bảng còn trống với khi bảng đã đầy sau nhiều năm; tìm câu lệnh đọc hết bảng."""
    from gateway.bench import years as bench

    _run(bench.measure(database, rows=rows, messages=messages, tell=_tell), as_json)


@group.command()
def crash(
    database: _DATABASE = Kind.SQLITE,
    messages: Annotated[int, typer.Option(min=20, help="số tin")] = 10_000,
    kills: Annotated[int, typer.Option(min=1, help="số lần kill -9")] = 100,
    carrier: Annotated[Carrier, typer.Option(help="nhà mạng: hỏi được, từ chối bản thứ hai, hay không")] = (
        Carrier.ASKED
    ),
    peer: Annotated[bool, typer.Option(help="đo cả taskiq với cùng số lần kill")] = True,
    quick: Annotated[bool, typer.Option(help="thời hạn ngắn, để thử")] = False,
    as_json: _JSON = False,
) -> None:
    """kill -9 các tiến trình vào lúc bất kỳ: không mất tin nào, không tin nào hai lần."""
    from gateway.bench import crash as bench

    async def work() -> dict[str, Any]:
        found = await bench.measure(
            database,
            messages=messages,
            kills=kills,
            carrier=carrier,
            policy=QUICK if quick else None,
            tell=_tell,
        )
        if peer:
            from gateway.bench.crash_peer import measure

            found["peer"] = await measure(messages=messages, kills=kills, tell=_tell)
        return found

    found = _done(work())
    ends_with = ("messages", "kills", "lost", "doubled", "first_send_s")
    print(json.dumps({name: value for name, value in found.items() if name not in ends_with}))
    last = {name: found[name] for name in ends_with}
    _print(last, as_json)


@group.command()
def migrate(
    database: _DATABASE = Kind.SQLITE,
    rows: Annotated[int, typer.Option(min=1_000, help="số tin đã có")] = 1_000_000,
    back_to: Annotated[str, typer.Option(help="lùi tới bản nào rồi tiến lại")] = "0017",
    as_json: _JSON = False,
) -> None:
    """Lược đồ lùi và tiến trên cơ sở dữ liệu đầy: mất bao lâu, một lượt ghi phải chờ lâu nhất bao nhiêu."""
    from gateway.bench import migrate as bench

    _run(bench.measure(database, rows=rows, back_to=back_to, tell=_tell), as_json)


@group.command()
def machines(
    messages: Annotated[int, typer.Option(min=20, help="số tin")] = 4_000,
    rounds: Annotated[int, typer.Option(min=1, help="số vòng; mỗi vòng treo rồi giết từng tiến trình")] = 3,
    seconds: Annotated[float, typer.Option(min=1, help="số giây một tiến trình bị treo")] = 45.0,
    only: Annotated[
        list[str] | None, typer.Option(help="chỉ ai, ví dụ postgresql; ghi nhiều lần được")
    ] = None,
    quick: Annotated[bool, typer.Option(help="thời hạn ngắn, để thử")] = False,
    as_json: _JSON = False,
) -> None:
    """Hai máy trên PostgreSQL và Redis, treo, bóp bộ nhớ, giết từng thứ: không mất, không hai lần."""
    from gateway.bench import machines as bench

    strikes = [one for one in bench.every_strike(rounds) if not only or one[0] in only]
    if not strikes:
        raise Problem(f"không có ai tên {', '.join(only or [])}: xem {', '.join(bench.NAMES)}")
    work = bench.measure(
        messages=messages,
        cut_seconds=seconds,
        strikes=strikes,
        policy=QUICK if quick else None,
        tell=_tell,
    )
    _run(work, as_json)


@group.command()
def rolling(
    rounds: Annotated[int, typer.Option(min=1, help="số vòng; mỗi vòng khởi động lại từng tiến trình")] = 3,
    quick: Annotated[bool, typer.Option(help="thời hạn ngắn, để thử")] = False,
    as_json: _JSON = False,
) -> None:
    """Nâng cấp lần lượt: khởi động lại từng tiến trình trong lúc hồ sơ và lời dân vẫn đến; không mất gì."""
    from gateway.bench import rolling as bench

    _run(bench.measure(rounds=rounds, policy=QUICK if quick else None, tell=_tell), as_json)


@group.command()
def scale(
    messages: Annotated[int, typer.Option(min=500, help="số tin mỗi lần đo")] = 6_000,
    rounds: Annotated[int, typer.Option(min=1, help="đo mấy vòng, lấy trung vị")] = 3,
    as_json: _JSON = False,
) -> None:
    """1, 2 rồi 4 gateway, planner, worker: một tin tốn bao nhiêu bộ xử lý, có tăng theo số máy không."""
    from gateway.bench import scale as bench

    _run(bench.measure(messages=messages, rounds=rounds, tell=_tell), as_json)


@group.command()
def idle(
    database: _DATABASE = Kind.SQLITE,
    seconds: Annotated[float, typer.Option(min=2, help="đo trong bao nhiêu giây")] = 30.0,
    as_json: _JSON = False,
) -> None:
    """Không ai hỏi, không có gì đến: mỗi tiến trình vẫn tốn bao nhiêu bộ xử lý."""
    from gateway.bench import idle as bench

    _run(bench.measure(database, seconds=seconds, tell=_tell), as_json)


@group.command()
def sizes(
    database: _DATABASE = Kind.SQLITE,
    dossiers: Annotated[int, typer.Option(min=10, help="số hồ sơ, mỗi hồ sơ bốn sự kiện")] = 3_000,
    as_json: _JSON = False,
) -> None:
    """Một dòng của mỗi bảng chiếm bao nhiêu trên đĩa, kể cả chỉ mục; một hồ sơ chiếm bao nhiêu."""
    from gateway.bench import sizes as bench

    _run(bench.measure(database, dossiers=dossiers, tell=_tell), as_json)


@group.command()
def rasas(
    bursts: Annotated[int, typer.Option(min=1, help="số người, mỗi người nhắn dồn một lúc")] = 1_000,
    size: Annotated[int, typer.Option(min=1, max=200, help="số tin mỗi người nhắn")] = 20,
    as_json: _JSON = False,
) -> None:
    """Hai máy chủ Rasa, lần lượt bị giết và khởi động lại trong lúc dân nhắn dồn: không câu nào bị bỏ rơi."""
    from gateway.bench import rasas as bench

    _run(bench.measure(bursts=bursts, size=size, tell=_tell), as_json)


def _run(work: Coroutine[Any, Any, dict[str, Any]], as_json: bool) -> None:
    _print(_done(work), as_json)


def _done(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    try:
        return uvloop.run(work)  # like the processes that are measured: what asks must not be the slowest
    except ServerMissing as missing:
        raise Problem(str(missing)) from None


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32s} {value}")


def _tell(line: str) -> None:
    print(f"  … {line}", file=sys.stderr)
