"""The page of the sandbox: what the citizens' phones got, buttons to press, words to say, faults to plan."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from gateway.sandbox.sms import short_code_message
from gateway.sandbox.state import RECEIPT_FAULTS, Arrival, Fault, Person, PlannedFault
from gateway.sandbox.stories import STORIES
from gateway.sandbox.storyteller import NotTold

if TYPE_CHECKING:
    from gateway.sandbox.server import Sandbox

_OWN = Path(__file__).with_name("static")
_SHARED = Path(__file__).parents[1] / "public" / "static"
_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
PROVIDERS = (
    "zalo-oauth", "zalo-oa", "zalo-zbs", "esms", "twilio", "speedsms", "vietguys", "stringee",
    "telegram", "smtp", "smtp-rcpt",
)  # fmt: skip
_WAIT_SECONDS = 20.0


class Page:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._state = sandbox, sandbox.state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._file),
            web.get("/static/{path:.+}", self._file),
            web.get("/api/arrivals", self._arrivals),
            web.get("/api/state", self._describe),
            web.post("/api/story", self._story),
            web.get("/api/runs/{run}", self._run),
            web.post("/api/press", self._press),
            web.post("/api/say", self._say),
            web.post("/api/do", self._do),
            web.post("/api/fault", self._fault),
            web.post("/api/heal", self._heal),
        ]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info.get("path", "page.html")
        if ".." not in path:
            for folder in (_OWN, _SHARED):
                if (folder / path).is_file():
                    headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
                    return web.FileResponse(folder / path, headers=headers)
        raise web.HTTPNotFound

    async def _arrivals(self, request: web.Request) -> web.Response:
        """Messages after the one with this id; waits a while when there are none (``wait=1``)."""
        after, wait = request.query.get("after"), request.query.get("wait") == "1"
        deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
        while True:
            found = self._after(after)
            if found or not wait or asyncio.get_running_loop().time() > deadline:
                return _json({"arrivals": [one.as_json() for one in found]})
            await asyncio.sleep(0.2)

    def _after(self, identity: str | None) -> list[Arrival]:
        arrivals = self._state.arrivals
        for place, one in enumerate(arrivals):
            if one.id == identity:
                return arrivals[place + 1 :]
        return list(arrivals)

    async def _describe(self, _request: web.Request) -> web.Response:
        people = [
            {"phone": one.phone, "name": one.name, "has_zalo": one.has_zalo}
            for one in self._state.people.all()
        ]
        faults = {
            provider: [
                {"kind": one.kind, "code": one.code, "times": one.times} for one in planned if one.who is None
            ]
            for provider, planned in self._state.faults().items()
        }
        kinds = [{"kind": kind, "receipt": kind in RECEIPT_FAULTS} for kind in Fault]
        stories = [{"name": one.name, "title": one.title, "sentence": one.sentence} for one in STORIES]
        teller = self._sandbox.storyteller
        return _json(
            {
                "people": people,
                "faults": faults,
                "providers": PROVIDERS,
                "kinds": kinds,
                "stories": stories,
                "stories_off": teller.why_off,
                "runs": teller.as_json(),
            }
        )

    async def _story(self, request: web.Request) -> web.Response:
        """Begin one of the ready stories."""
        name = (await _body(request)).get("name")
        story = next((one for one in STORIES if one.name == name), None)
        if story is None:
            raise _bad("câu chuyện là một trong: " + ", ".join(one.name for one in STORIES))
        try:
            run = await self._sandbox.storyteller.tell(story)
        except NotTold as problem:
            raise _bad(str(problem)) from None
        return _json({"ok": True, "run": run.id, "code": run.code})

    async def _run(self, request: web.Request) -> web.Response:
        """What the ledger says of a story by now: a list of lines for each notice."""
        run = self._sandbox.storyteller.find(request.match_info["run"])
        if run is None:
            raise _bad("câu chuyện này không còn ở đây")
        try:
            return _json({"notices": await self._sandbox.storyteller.ledger(run)})
        except NotTold as problem:
            raise _bad(str(problem)) from None

    async def _press(self, request: web.Request) -> web.Response:
        """A button under a message: its payload goes where the channel sends it."""
        body = await _body(request)
        arrival = self._state.find(str(body.get("id")))
        if arrival is None:
            raise _bad("không có tin này")
        person = self._state.people.by_phone(arrival.who)
        payload = str(body.get("payload", ""))
        if payload == "#share-info":
            self._sandbox.zalo.shares_info(person)
        elif payload == "#share-contact":
            self._sandbox.telegram.shares_contact(person)
        elif arrival.channel == "telegram":
            self._sandbox.telegram.presses(person, payload, arrival)
        else:
            self._sandbox.zalo.says(person, payload)
        return _json({"ok": True})

    async def _say(self, request: web.Request) -> web.Response:
        """A citizen's words on one of the channels."""
        body = await _body(request)
        person, channel = self._person(body), body.get("channel")
        text = str(body.get("text", "")).strip()
        if not text:
            raise _bad("chưa có chữ nào")
        if channel == "zalo":
            self._sandbox.zalo.says(person, text)
        elif channel == "telegram":
            self._sandbox.telegram.says(person, text)
        elif channel == "sms":
            short_code_message(self._sandbox.wire, self._sandbox.accounts, person.phone, text)
        else:
            raise _bad("kênh là zalo, telegram hoặc sms")
        return _json({"ok": True})

    async def _do(self, request: web.Request) -> web.Response:
        """What a citizen does without words: follow, stop following, see, rate, share."""
        body = await _body(request)
        what, zalo = body.get("what"), self._sandbox.zalo
        if what in ("follow", "unfollow"):
            zalo.follows(self._person(body), stops=what == "unfollow")
        elif what == "share-info":
            zalo.shares_info(self._person(body))
        elif what == "share-contact":
            self._sandbox.telegram.shares_contact(self._person(body))
        elif what == "block":
            self._sandbox.telegram.blocks(self._person(body))
        elif what in ("see", "rate") and (arrival := self._state.find(str(body.get("id")))):
            if what == "see":
                zalo.sees(self._state.people.by_phone(arrival.who), arrival.id)
            else:
                zalo.rates(arrival, int(body.get("rate", 5)), str(body.get("note", "")))
        else:
            raise _bad("không có việc này")
        return _json({"ok": True})

    async def _fault(self, request: web.Request) -> web.Response:
        body = await _body(request)
        provider = str(body.get("provider"))
        if provider not in PROVIDERS:
            raise _bad("nhà cung cấp là một trong: " + ", ".join(PROVIDERS))
        try:
            kind = Fault(str(body.get("kind")))
            code = int(body["code"]) if body.get("code") not in (None, "") else None
            times = int(body["times"]) if body.get("times") not in (None, "") else None
            seconds = float(body.get("seconds") or 30)
        except ValueError:
            raise _bad("lỗi là một trong: " + ", ".join(Fault)) from None
        self._state.plan(provider, PlannedFault(kind, code, times, seconds))
        return _json({"ok": True})

    async def _heal(self, request: web.Request) -> web.Response:
        self._state.heal((await _body(request)).get("provider"))
        return _json({"ok": True})

    def _person(self, body: dict[str, Any]) -> Person:
        phone = "".join(char for char in str(body.get("phone", "")) if char.isdigit())
        if len(phone) < 9:
            raise _bad("số điện thoại có ít nhất chín số")
        return self._state.people.by_phone(phone)


async def _body(request: web.Request) -> dict[str, Any]:
    """JSON alone: a form of another site cannot send it without asking first."""
    if request.content_type != "application/json":
        raise _bad("gửi JSON")
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise _bad("không đọc được JSON") from None
    return body if isinstance(body, dict) else {}


def _json(value: Any) -> web.Response:
    return web.json_response(value, dumps=lambda one: json.dumps(one, ensure_ascii=False))


def _bad(problem: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"problem": problem}, ensure_ascii=False))
