"""What every test may ask for: a database of its own, a key ring that is nobody's, and the shared data."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine

from core.crypto import KeyRing, activate
from core.database import Base, Database
from gateway import tables
from gateway.bench.kinds import ServerMissing
from gateway.bench.servers import PostgresServer

if TYPE_CHECKING:
    from tests.wire.province import ProvinceServer
    from wire.oidc import OidcClient

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = tables.ROOMS  # importing them is what makes the tables known
SHARED = Path(os.environ.get("MOTCUA_SHARED", REPOSITORY.parent / "shared"))

# A property holds on a busy machine too: speed is measured by `make bench`, never by a test.
settings.register_profile("promises", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("promises")


@pytest.fixture(scope="session", autouse=True)
def _test_keys() -> None:
    activate(KeyRing.generate())


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """In memory where there is such a place: tests do not pull the plug, so they need no disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="motcua-", dir=memory if os.access(memory, os.W_OK) else None
    ) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(fast_folder: Path) -> Path:
    """A file with every table, to be copied."""
    path = fast_folder / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres(fast_folder: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL server with an empty ``template`` database that holds every table."""
    try:
        server = PostgresServer(durable=False, below=str(fast_folder))
    except ServerMissing as missing:
        pytest.skip(str(missing))
    server.start()
    try:
        server.sql("CREATE DATABASE template")
        engine = create_engine(server.url("template"))
        Base.metadata.create_all(engine)
        engine.dispose()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def sqlite(sqlite_template: Path) -> AsyncIterator[Database]:
    """An empty SQLite database with every table."""
    path = sqlite_template.with_name(f"{uuid.uuid4().hex}.db")
    shutil.copyfile(sqlite_template, path)
    found = Database(f"sqlite+aiosqlite:///{path}")
    yield found
    await found.dispose()
    path.unlink()


@pytest.fixture
async def postgresql(postgres: PostgresServer) -> AsyncIterator[Database]:
    """An empty PostgreSQL database with every table."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    found = Database(postgres.url(name))
    yield found
    await found.dispose()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database with every table: every test that asks for it runs on both kinds."""
    found: Database = request.getfixturevalue(request.param)
    return found


PROVINCE_BACK = "https://motcua.example.gov.vn/console/dang-nhap/tinh/ve"


@pytest.fixture
async def province() -> AsyncIterator[ProvinceServer]:
    """A province's OpenID Connect server."""
    from tests.wire.province import ProvinceServer

    found = ProvinceServer()
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def oidc_client(province: ProvinceServer) -> AsyncIterator[OidcClient]:
    from wire.oidc import OidcClient

    found = OidcClient(province.settings(), PROVINCE_BACK)
    yield found
    await found.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data for building and testing that is not part of the product."""
    if not SHARED.exists():
        pytest.skip("the shared data folder is not here: set MOTCUA_SHARED to run this test")
    return SHARED
