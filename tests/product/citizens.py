"""Citizens of the sample city on every channel, and the officer who answers them, over what each really uses.

Zalo, Telegram and text messages go through the sandbox's page of telephones, the web chat through its own
line, the officer through the console's pages.
"""

from __future__ import annotations

import http.cookiejar
import itertools
import json
import re
import secrets
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Protocol

from websockets.sync.client import ClientConnection, connect

from tests.product.conftest import Product, eventually


@dataclass
class Heard:
    """One message to a citizen: its words, and the titles of its buttons with what they send."""

    text: str
    buttons: dict[str, Any]
    source: dict[str, Any]

    @property
    def whole(self) -> str:
        return "\n".join([self.text, *self.buttons]).strip()


class Chat(Protocol):
    """One citizen on one channel."""

    name: str

    def say(self, text: str) -> Heard: ...

    def says_without_answer(self, text: str) -> None: ...

    def press(self, title: str) -> Heard:
        """A button of the last message that has it."""
        ...

    def hears(self, words: str) -> Heard:
        """A message with these words that comes without being asked for."""
        ...

    def count(self) -> int: ...


@dataclass(frozen=True)
class Phones:
    """The page with what the citizens' phones received."""

    url: str

    def arrivals(self, who: str | None = None, channel: str | None = None) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/api/arrivals", timeout=60) as answer:
            found = json.loads(answer.read())["arrivals"]
        return [
            one
            for one in found
            if not one["outgoing"] and who in (None, one["who"]) and channel in (None, one["channel"])
        ]

    def tell(self, path: str, **body: Any) -> None:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=60).close()

    def goes_wrong(self, provider: str, kind: str, **more: Any) -> None:
        self.tell("/api/fault", provider=provider, kind=kind, **more)

    def heal(self) -> None:
        self.tell("/api/heal")

    def one_time_code(self, owner: str) -> str | None:
        """The newest one-time code on a telephone."""
        for one in reversed(self.arrivals(owner, "sms")):
            if "xac nhan" in one["text"].lower():
                found = re.search(r"\b(\d{6})\b(?!-)", one["text"])
                return found[1] if found else None
        return None


@dataclass
class PhoneChat:
    """Zalo, Telegram or text messages on one telephone."""

    phones: Phones
    name: str
    phone: str

    def _all(self) -> list[Heard]:
        return [
            Heard(f"{one['title']}\n{one['text']}".strip(), {b["title"]: b for b in one["buttons"]}, one)
            for one in self.phones.arrivals(self.phone, self.name)
        ]

    def count(self) -> int:
        return len(self._all())

    def _next(self, before: int) -> Heard:
        def answer() -> Heard | None:
            after = self._all()
            return after[before] if len(after) > before else None

        found = eventually(answer)
        assert found is not None
        return found

    def say(self, text: str) -> Heard:
        before = self.count()
        self.phones.tell("/api/say", channel=self.name, phone=self.phone, text=text)
        return self._next(before)

    def says_without_answer(self, text: str) -> None:
        self.phones.tell("/api/say", channel=self.name, phone=self.phone, text=text)

    def press(self, title: str) -> Heard:
        before = self._all()
        one = next(heard for heard in reversed(before) if title in heard.buttons)
        self.phones.tell(
            "/api/press", id=one.source["id"], payload=one.buttons[title]["payload"], phone=self.phone
        )
        return self._next(len(before))

    def hears(self, words: str) -> Heard:
        def found() -> Heard | None:
            return next((one for one in reversed(self._all()) if words in one.text), None)

        heard = eventually(found)
        assert heard is not None
        return heard


@dataclass
class WebChat:
    """The page's own line, spoken frame by frame."""

    product: Product
    name: str = "webchat"
    _line: ClientConnection | None = None
    _heard: list[Heard] = field(default_factory=list)
    _cookie: str = field(default_factory=lambda: f"motcua_chat={secrets.token_urlsafe(16)}")
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def open(self) -> None:
        url = self.product.url.replace("http://", "ws://") + "/chat/ws"
        self._line = connect(url, additional_headers={"Cookie": self._cookie}, origin=self.product.url)  # type: ignore[arg-type]
        while self._frame()["type"] != "ready":
            pass

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _frame(self, seconds: float = 20) -> dict[str, Any]:
        assert self._line is not None
        frame: dict[str, Any] = json.loads(self._line.recv(timeout=seconds))
        if frame["type"] == "reply" and frame["id"] not in {one.source["id"] for one in self._heard}:
            message = frame["message"]
            buttons = {button["title"]: button for button in message.get("buttons", [])}
            for action, title in re.findall(r'class="rate"[^>]*value="(\S+) ([^"]+)"', frame["html"]):
                buttons[title] = {"title": title, "action": urllib.parse.unquote(action)}
            name = message.get("speaker_name")
            text = f"{name}: {message['text']}" if name else message["text"]
            self._heard.append(Heard(text, buttons, frame))
        return frame

    def count(self) -> int:
        return len(self._heard)

    def _ask(self, frame: dict[str, Any], *, silent: bool = False) -> Heard | None:
        assert self._line is not None
        before, number = self.count(), f"t{next(self._numbers)}"
        self._line.send(json.dumps({**frame, "id": number}))
        while (given := self._frame())["type"] != "done" or given["for"] != number:
            assert given["type"] != "error", given
        return None if silent else self._heard[before]

    def say(self, text: str) -> Heard:
        heard = self._ask({"type": "message", "text": text})
        assert heard is not None
        return heard

    def says_without_answer(self, text: str) -> None:
        self._ask({"type": "message", "text": text}, silent=True)

    def press(self, title: str) -> Heard:
        one = next(heard for heard in reversed(self._heard) if title in heard.buttons)
        heard = self._ask({"type": "press", "action": one.buttons[title]["action"], "title": title})
        assert heard is not None
        return heard

    def hears(self, words: str) -> Heard:
        while not (found := [one for one in self._heard if words in one.text]):
            self._frame()
        return found[-1]


class Officer:
    """Somebody signed in at the console, by forms."""

    def __init__(self, product: Product, username: str = "mau.canbo") -> None:
        self._product, self._html = product, ""
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        password = (product.data_dir / "run" / "sample-staff.txt").read_text().splitlines()[0]
        self._post("/console/dang-nhap", username=username, password=password)

    def find(self, words: str) -> str:
        """The page of the waiting conversation in which a citizen said this last."""

        def found() -> str | None:
            rows = re.findall(
                r'href="(/console/tro-chuyen/\w+)"[^>]*>(.*?)</a>', self._get("/console/tro-chuyen"), re.S
            )
            return next((path for path, text in rows if words in text), None)

        path = eventually(found)
        assert path is not None
        return path

    def does(self, path: str, step: str, text: str = "") -> None:
        self._get(path)
        self._post(f"{path}/{step}", text=text)

    def reads(self, path: str) -> str:
        return self._get(f"{path}/luot")

    def _get(self, path: str) -> str:
        with self._browser.open(self._product.url + path, timeout=60) as answer:
            self._html = answer.read().decode()
        return self._html

    def _post(self, path: str, **form: str) -> None:
        token = re.search(r'name="form_token" value="([0-9a-f]{64})"', self._html)
        fields = {**form, **({"form_token": token[1]} if token else {})}
        request = urllib.request.Request(
            self._product.url + path, urllib.parse.urlencode(fields).encode(), {"Origin": self._product.url}
        )
        with self._browser.open(request, timeout=60) as answer:
            self._html = answer.read().decode()
