"""The province's sign-in, as a table: what its server answers, and whether anybody is believed for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.wire.province import ProvinceServer
from wire.oidc import Journey, OidcClient, OidcError, OidcMisconfigured, OidcRefused, OidcUnreachable, Vouched

BACK = "https://motcua.example.gov.vn/console/dang-nhap/tinh/ve"


@pytest.fixture
async def server() -> AsyncIterator[ProvinceServer]:
    found = ProvinceServer()
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def client(server: ProvinceServer) -> AsyncIterator[OidcClient]:
    found = OidcClient(server.settings(), BACK)
    yield found
    await found.close()


async def arrive(
    client: OidcClient, server: ProvinceServer, change: Callable[[dict[str, str]], None] = lambda query: None
) -> Vouched:
    journey = Journey.begin()
    query = dict(parse_qsl(server.browser_goes_to(await client.address_for(journey))))
    change(query)
    return await client.arrive(journey, query)


async def refused(client: OidcClient, server: ProvinceServer, **more: Any) -> OidcError:
    with pytest.raises(OidcError) as caught:
        await arrive(client, server, **more)
    return caught.value


@pytest.mark.parametrize(
    ("amr", "strong"),
    [
        (["pwd", "mfa"], True),
        (["pwd"], False),
        (None, False),
        ("mfa", False),
        ([], False),
        ([["mfa"]], False),
    ],
)
async def test_who_signs_in_is_told_by_the_claim_and_amr_says_how(
    client: OidcClient, server: ProvinceServer, amr: Any, strong: bool
) -> None:
    server.person.claims |= {} if amr is None else {"amr": amr}
    assert await arrive(client, server) == Vouched("lan.mau", strong)


WRONG_CLAIMS: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("for another client", lambda c: c.update(aud="khac"), "token_aud"),
    ("for several, not ours", lambda c: c.update(aud=["khac", "nua"]), "token_aud"),
    ("for several, nobody named", lambda c: c.update(aud=["motcua", "khac"]), "token_azp"),
    ("for several, another named", lambda c: c.update(aud=["motcua", "khac"], azp="khac"), "token_azp"),
    ("of another issuer", lambda c: c.update(iss="https://ke-gian.example"), "token_iss"),
    ("run out", lambda c: c.update(exp=c["iat"] - 120), "token_exp"),
    ("never running out", lambda c: c.pop("exp"), "token_exp"),
    ("from the future", lambda c: c.update(iat=c["iat"] + 3600), "token_iat"),
    ("of nobody", lambda c: c.pop("sub"), "token_sub"),
    ("of another sign-in", lambda c: c.update(nonce="khac"), "token_nonce"),
    ("without nonce", lambda c: c.pop("nonce"), "token_nonce"),
]


@pytest.mark.parametrize(("what", "spoil", "code"), WRONG_CLAIMS, ids=[row[0] for row in WRONG_CLAIMS])
async def test_a_token_that_proves_something_else_opens_nothing(
    client: OidcClient, server: ProvinceServer, what: str, spoil: Callable[[dict[str, Any]], Any], code: str
) -> None:
    server.spoil = spoil
    error = await refused(client, server)
    assert isinstance(error, OidcRefused)
    assert error.code == code


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize("how", ["unsigned", "signed_with_the_secret", "signed_by_a_stranger", "garbled"])
async def test_a_token_that_no_key_of_the_province_signed_opens_nothing(
    client: OidcClient, server: ProvinceServer, how: str
) -> None:
    server.sign = getattr(server, how, lambda claims: server.signed(claims)[:-8] + "AAAAAAAA")
    error = await refused(client, server)
    assert isinstance(error, OidcRefused)
    assert error.code in ("token_unproved", "token_signature")


async def test_two_clocks_may_be_a_minute_apart(client: OidcClient, server: ProvinceServer) -> None:
    server.spoil = lambda claims: claims.update(iat=claims["iat"] + 40, exp=claims["iat"] - 40)
    assert (await arrive(client, server)).account == "lan.mau"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda query: query.update(state="khac"), "state"),
        (lambda query: query.pop("state"), "state"),
        (lambda query: query.update(iss="https://ke-gian.example"), "iss_of_answer"),
        (lambda query: query.pop("iss"), "iss_of_answer"),
        (lambda query: query.update(error="access_denied"), "access_denied"),
        (lambda query: query.update(error="<script>"), "province_error"),
        (lambda query: query.pop("code"), "no_code"),
        (lambda query: query.update(code="doan"), "code_refused"),
    ],
)
async def test_an_answer_that_is_not_the_one_awaited_is_refused(
    client: OidcClient, server: ProvinceServer, change: Callable[[dict[str, str]], None], code: str
) -> None:
    error = await refused(client, server, change=change)
    assert isinstance(error, OidcRefused)
    assert error.code == code


async def test_a_code_is_good_only_with_the_verifier_of_its_own_sign_in(
    client: OidcClient, server: ProvinceServer
) -> None:
    mine, stolen = Journey.begin(), Journey.begin()
    query = dict(parse_qsl(server.browser_goes_to(await client.address_for(stolen))))
    with pytest.raises(OidcRefused, match="code_refused"):
        await client.arrive(mine, {**query, "state": mine.state})


@pytest.mark.parametrize("keep_old", [True, False])
async def test_new_keys_are_learnt_when_first_seen_and_a_stranger_cannot_make_us_ask_on_and_on(
    server: ProvinceServer, keep_old: bool
) -> None:
    import time

    later = 0.0
    client = OidcClient(server.settings(leeway=3600), BACK, clock=lambda: time.time() + later)
    await arrive(client, server)
    server.rotate("k2", keep_old=keep_old)
    later = 31.0
    assert (await arrive(client, server)).account == "lan.mau"
    assert server.key_reads == 2
    server.sign = server.signed_by_a_stranger
    for _ in range(5):
        assert (await refused(client, server)).code == "token_signature"
    assert server.key_reads == 2
    await client.close()


@pytest.mark.parametrize(
    ("discovery", "code"),
    [
        ({"issuer": "https://khac.example"}, "issuer_differs"),
        ({"token_endpoint": None}, "discovery_shape"),
        ({"jwks_uri": "file:///etc/passwd"}, "discovery_shape"),
    ],
)
async def test_a_server_that_is_not_the_one_in_the_settings_is_not_used(
    client: OidcClient, server: ProvinceServer, discovery: dict[str, Any], code: str
) -> None:
    server.discovery = discovery
    error = await refused(client, server)
    assert isinstance(error, OidcMisconfigured)
    assert error.code == code


async def test_a_wrong_secret_is_a_matter_for_the_administrator(server: ProvinceServer) -> None:
    client = OidcClient(server.settings(client_secret="sai"), BACK)
    error = await refused(client, server)
    assert isinstance(error, OidcMisconfigured)
    assert error.code == "client_refused"
    await client.close()


async def test_a_server_that_is_away_is_told_apart_from_one_that_refuses(
    client: OidcClient, server: ProvinceServer
) -> None:
    server.down = True
    assert isinstance(await refused(client, server), OidcUnreachable)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"email": "lan@example.com"}, "email_unverified"),
        ({"email": "lan@example.com", "email_verified": "true"}, "email_unverified"),
        ({}, "claim_missing"),
        ({"email": ""}, "claim_missing"),
        ({"email": ["a", "b"]}, "claim_missing"),
    ],
)
async def test_a_mail_address_counts_only_when_the_province_has_verified_it(
    server: ProvinceServer, claims: dict[str, Any], code: str
) -> None:
    server.person.claims = claims
    client = OidcClient(server.settings(account_claim="email"), BACK)
    assert (await refused(client, server)).code == code
    server.person.claims = {"email": "lan@example.com", "email_verified": True}
    assert (await arrive(client, server)).account == "lan@example.com"
    await client.close()


async def test_signing_out_leads_to_the_provinces_page_where_it_has_one(
    client: OidcClient, server: ProvinceServer
) -> None:
    address = await client.leave_address("https://motcua.example.gov.vn/console/dang-nhap")
    assert address is not None
    assert address.startswith(
        f"{server.issuer}/logout?client_id=motcua&post_logout_redirect_uri=https%3A%2F%2F"
    )
