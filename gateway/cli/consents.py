"""``motcua consent`` and ``motcua guests``: what a citizen said at the counter or by phone; trials."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from people.citizen_models import ConsentSource, Purpose
from people.desk import CHOICES, ConsentDesk, NoContact

consent = typer.Typer(no_args_is_help=True, help="Đồng ý, từ chối nhận tin của người dân.")
guests = typer.Typer(no_args_is_help=True, help="Danh sách khách mời khi chạy thử.")
app.add_typer(consent, name="consent")
app.add_typer(guests, name="guests")

Contact = Annotated[str, typer.Argument(metavar="SỐ", help="số điện thoại hoặc địa chỉ thư")]
By = Annotated[str, typer.Option("--by", help="ai ghi nhận")]
Source = Annotated[ConsentSource, typer.Option(help="nói ở đâu")]
OnChannel = Annotated[str | None, typer.Option(help="chỉ một kênh: " + ", ".join(CHOICES))]

_PURPOSES = {
    Purpose.STATUS: "tin về hồ sơ",
    Purpose.SURVEY: "mời góp ý",
    Purpose.REMINDER: "nhắc hẹn",
    Purpose.CAMPAIGN: "tuyên truyền",
    Purpose.LINK: "liên kết tài khoản",
    Purpose.DIGEST: "tóm tắt đầu tuần",
}


@consent.command()
def show(contact: Contact, as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False) -> None:
    """Người này đã đồng ý, từ chối những gì."""
    known = _run(lambda desk: desk.look(contact))
    said = [
        {"purpose": purpose, "channel": channel, "granted": granted}
        for (purpose, channel), granted in sorted(known.standing.said.items(), key=str)
    ]
    blocked = sorted(known.standing.blocked_dossiers)
    if as_json:
        found = {
            "contact": known.shown,
            "said": said,
            "not_theirs": blocked,
            "chosen_channel": known.standing.chosen_channel,
            "guest": known.standing.guest,
        }
        print(json.dumps(found, ensure_ascii=False))
        return
    print(known.shown)
    for one in said:
        where = f" qua {one['channel']}" if one["channel"] else ""
        print(
            f"  {_PURPOSES[Purpose(str(one['purpose']))]}{where}: {'đồng ý' if one['granted'] else 'từ chối'}"
        )
    for code in blocked:
        print(f"  hồ sơ {code}: báo không phải của mình")
    if known.standing.chosen_channel:
        print(f"  muốn nhận qua: {known.standing.chosen_channel}")
    if not said and not blocked:
        print("  chưa nói gì")


@consent.command()
def grant(
    contact: Contact,
    purpose: Purpose,
    by: By,
    source: Source = ConsentSource.COUNTER,
    channel: OnChannel = None,
) -> None:
    """Ghi nhận đồng ý; đọc cho người dân nghe đúng lời in ra."""
    _answer(contact, purpose, by, source, channel, granted=True)


@consent.command()
def refuse(
    contact: Contact,
    purpose: Purpose,
    by: By,
    source: Source = ConsentSource.COUNTER,
    channel: OnChannel = None,
) -> None:
    """Ghi nhận từ chối: dừng ngay, tin đang chờ cũng không gửi."""
    _answer(contact, purpose, by, source, channel, granted=False)


def _answer(
    contact: str, purpose: Purpose, by: str, source: ConsentSource, channel: str | None, *, granted: bool
) -> None:
    _check(channel)
    words = _run(
        lambda desk: desk.answer(contact, purpose, granted=granted, source=source, by=by, channel=channel)
    )
    print(f"Đã ghi: {words}")


@consent.command("not-mine")
def not_mine(
    contact: Contact,
    dossier: Annotated[str, typer.Argument(help="mã hồ sơ")],
    by: By,
    source: Source = ConsentSource.HOTLINE,
) -> None:
    """Số này không phải của chủ hồ sơ: không gửi tin về hồ sơ đó tới số này nữa."""
    new = _run(lambda desk: desk.not_mine(contact, dossier.strip().upper(), source=source, by=by))
    print("Đã dừng; đơn vị có việc xem lại số điện thoại." if new else "Đã dừng từ trước.")


@consent.command()
def choose(
    contact: Contact,
    channel: Annotated[str, typer.Argument(help="zalo, sms, email, telegram, hoặc none")],
    by: By,
    source: Source = ConsentSource.COUNTER,
) -> None:
    """Kênh mà người dân muốn nhận trước."""
    wanted = None if channel == "none" else channel
    _check(wanted)
    _run(lambda desk: desk.choose(contact, wanted, source=source, by=by))
    print("Đã ghi." if wanted else "Đã bỏ lựa chọn riêng.")


def _check(channel: str | None) -> None:
    if channel is not None and channel not in CHOICES:
        raise Problem(f"không có kênh '{channel}': dùng {', '.join(CHOICES)}")


@guests.command("on")
def turn_on(by: By) -> None:
    """Chạy thử: chỉ gửi cho khách mời, tin khác ghi lại là không gửi."""
    count = _run(lambda desk: desk.guest_mode(True, by=by))
    print(f"Đang chạy thử: chỉ {count} khách mời nhận tin.")


@guests.command("off")
def turn_off(by: By) -> None:
    """Thôi chạy thử: mọi người nhận tin."""
    _run(lambda desk: desk.guest_mode(False, by=by))
    print("Đã thôi chạy thử: mọi người nhận tin.")


@guests.command()
def add(contact: Contact, by: By) -> None:
    """Thêm một khách mời."""
    print("Đã thêm." if _run(lambda desk: desk.add_guest(contact, by=by)) else "Đã có trong danh sách.")


@guests.command()
def remove(contact: Contact) -> None:
    """Bớt một khách mời."""
    print("Đã bớt." if _run(lambda desk: desk.remove_guest(contact)) else "Không có trong danh sách.")


@guests.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False) -> None:
    """Ai là khách mời, và đang chạy thử hay không."""
    on, names = _run(lambda desk: desk.guests())
    if as_json:
        print(json.dumps({"on": on, "guests": list(names)}, ensure_ascii=False))
        return
    print("Đang chạy thử." if on else "Không chạy thử: mọi người nhận tin.")
    for name in names:
        print(f"  {name}")


def _run[T](work: Callable[[ConsentDesk], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await ready_database()
        try:
            return await work(ConsentDesk(database))
        except NoContact as error:
            raise Problem(str(error)) from None
        finally:
            await database.dispose()

    with told_when_long("Đang tìm trong cơ sở dữ liệu…"):
        return asyncio.run(run())
