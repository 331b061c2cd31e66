"""The running product: every process, a data folder of its own, the sample city."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.running import BOT_PYTHON
from gateway.supervisor import free_port

if TYPE_CHECKING:
    from tests.product.citizens import Phones

REPOSITORY = Path(__file__).resolve().parents[2]
_START_SECONDS = 240


@dataclass(frozen=True)
class Product:
    url: str
    data_dir: Path
    token: str

    def post(self, path: str, body: Any, *, content_type: str = "application/json") -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path,
            data=data,
            headers={"Content-Type": content_type, "Authorization": f"Bearer {self.token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"Bearer {self.token}", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def form(self, path: str, fields: dict[str, str]) -> int:
        """Send a page's form as a browser without scripts would."""
        request = urllib.request.Request(
            self.url + path,
            data=urllib.parse.urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    def say(self, conversation: str, text: str = "", action: str | None = None) -> dict[str, Any]:
        status, answer = self.post(
            "/v1/turns", {"text": text, "conversation": conversation, "action": action}
        )
        assert status == 200, answer
        return dict(answer)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from gateway.cli import main; main()", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "MOTCUA_DATA_DIR": str(self.data_dir)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in (self.data_dir / "logs").glob("*.log"))

    def outbox(self) -> list[str]:
        return [path.read_text() for path in sorted((self.data_dir / "outbox").rglob("*")) if path.is_file()]


def eventually[Found](look: Callable[[], Found], *, seconds: float = 60.0) -> Found:
    """What ``look`` finds as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found, "nothing came within the time"
    return found


# Answers by text message, as on the sandbox they cost nothing; waits of minutes and hours become seconds.
_ENVIRONMENT = {
    "MOTCUA_SMS_IN__CONVERSATIONS": "true",
    "MOTCUA_ESMS__TIMEOUT_SECONDS": "1.5",
    "MOTCUA_ESMS__HAND_OVER_AGAIN": "1",
    "MOTCUA_ZALO__RECEIPT_MINUTES": "0.1",
    # everybody of the sample city has the same few telephones
    "MOTCUA_PERSON_SEGMENTS_AT_ONCE": "1000",
    "MOTCUA_DOUBT_ASKED_AFTER_SECONDS": "0.5",
    "MOTCUA_DOUBT_MINUTES": "0.1",
}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    if (running := os.environ.get("MOTCUA_TEST_RUNNING")) is not None:  # a data folder, while writing tests
        found = json.loads((Path(running) / "run" / "gateway.json").read_text())
        yield Product(url=found["url"], data_dir=Path(running), token=found["token"])
        return
    if not BOT_PYTHON.exists():
        pytest.skip("the Rasa environment is not installed: run 'make install'")
    data_dir = tmp_path_factory.mktemp("product")
    # The model depends on the training data alone: share it between runs instead of training each time.
    models = REPOSITORY / ".rasa" / "models"
    models.mkdir(parents=True, exist_ok=True)
    (data_dir / "models").symlink_to(models)
    output = (data_dir / "up.log").open("wb")
    process = subprocess.Popen(
        [
            sys.executable, "-c", "from gateway.cli import main; main()",
            "up", "--port", str(free_port()), "--sample",
        ],
        cwd=REPOSITORY,
        env={**os.environ, **_ENVIRONMENT, "MOTCUA_DATA_DIR": str(data_dir)},
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        address = data_dir / "run" / "gateway.json"
        deadline = time.monotonic() + _START_SECONDS
        while not address.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                told = (data_dir / "up.log").read_text(errors="replace")
                logs = "\n".join(p.read_text(errors="replace")[-2000:] for p in (data_dir / "logs").glob("*"))
                pytest.fail(f"the product did not start:\n{told[-3000:]}\n{logs}")
            time.sleep(0.3)
        found = json.loads(address.read_text())
        yield Product(url=found["url"], data_dir=data_dir, token=found["token"])
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        output.close()


@pytest.fixture(scope="session")
def phones(product: Product) -> Phones:
    from tests.product.citizens import Phones

    told = (product.data_dir / "up.log").read_text()
    found = re.search(r"Điện thoại của người dân .*: (http://\S+)", told)
    assert found, "the sandbox's address was not printed"
    return Phones(found[1])


@pytest.fixture(scope="session")
def dossier(product: Product) -> str:
    """The fourth dossier of the sample city; its telephone is 0900000004."""
    return sample_dossier(product, 4)


def sample_dossier(product: Product, number: int) -> str:
    """A dossier of the sample city; its telephone is 090000 and its number."""

    def code() -> str | None:
        names = [path.name for path in (product.data_dir / "outbox").glob("*.txt")]
        known = re.compile(rf"H99\.01-\d{{6}}-{number:04}(?!\d)")
        return next((m.group() for name in names if (m := known.search(name))), None)

    found = eventually(code)
    assert found is not None
    return found
