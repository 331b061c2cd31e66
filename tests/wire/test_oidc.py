"""The province's sign-in, as a table: what its server answers, and whether anybody is believed for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.conftest import PROVINCE_BACK
from tests.wire.province import ProvinceServer
from wire.oidc import Journey, OidcClient
from wire.oidc_tokens import Left, OidcError, OidcMisconfigured, OidcRefused, OidcUnreachable, Vouched


async def arrive(
    client: OidcClient,
    province: ProvinceServer,
    change: Callable[[dict[str, str]], None] = lambda query: None,
) -> Vouched:
    journey = Journey.begin()
    query = dict(parse_qsl(province.browser_goes_to(await client.address_for(journey))))
    change(query)
    return await client.arrive(journey, query)


async def refused(client: OidcClient, province: ProvinceServer, **more: Any) -> OidcError:
    with pytest.raises(OidcError) as caught:
        await arrive(client, province, **more)
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
    oidc_client: OidcClient, province: ProvinceServer, amr: Any, strong: bool
) -> None:
    province.person.claims |= {} if amr is None else {"amr": amr}
    assert await arrive(oidc_client, province) == Vouched("lan.mau", strong, subject="6f0c")


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
    oidc_client: OidcClient,
    province: ProvinceServer,
    what: str,
    spoil: Callable[[dict[str, Any]], Any],
    code: str,
) -> None:
    province.spoil = spoil
    error = await refused(oidc_client, province)
    assert isinstance(error, OidcRefused)
    assert error.code == code


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize("how", ["unsigned", "signed_with_the_secret", "signed_by_a_stranger", "garbled"])
async def test_a_token_that_no_key_of_the_province_signed_opens_nothing(
    oidc_client: OidcClient, province: ProvinceServer, how: str
) -> None:
    province.sign = getattr(province, how, lambda claims: province.signed(claims)[:-8] + "AAAAAAAA")
    error = await refused(oidc_client, province)
    assert isinstance(error, OidcRefused)
    assert error.code in ("token_unproved", "token_signature")


async def test_two_clocks_may_be_a_minute_apart(oidc_client: OidcClient, province: ProvinceServer) -> None:
    province.spoil = lambda claims: claims.update(iat=claims["iat"] + 40, exp=claims["iat"] - 40)
    assert (await arrive(oidc_client, province)).account == "lan.mau"


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
    oidc_client: OidcClient, province: ProvinceServer, change: Callable[[dict[str, str]], None], code: str
) -> None:
    error = await refused(oidc_client, province, change=change)
    assert isinstance(error, OidcRefused)
    assert error.code == code


async def test_a_code_is_good_only_with_the_verifier_of_its_own_sign_in(
    oidc_client: OidcClient, province: ProvinceServer
) -> None:
    mine, stolen = Journey.begin(), Journey.begin()
    query = dict(parse_qsl(province.browser_goes_to(await oidc_client.address_for(stolen))))
    with pytest.raises(OidcRefused, match="code_refused"):
        await oidc_client.arrive(mine, {**query, "state": mine.state})


@pytest.mark.parametrize("keep_old", [True, False])
async def test_new_keys_are_learnt_when_first_seen_and_a_stranger_cannot_make_us_ask_on_and_on(
    province: ProvinceServer, keep_old: bool
) -> None:
    import time

    later = 0.0
    client = OidcClient(province.settings(leeway=3600), PROVINCE_BACK, clock=lambda: time.time() + later)
    await arrive(client, province)
    province.rotate("k2", keep_old=keep_old)
    later = 31.0
    assert (await arrive(client, province)).account == "lan.mau"
    assert province.key_reads == 2
    province.sign = province.signed_by_a_stranger
    for _ in range(5):
        assert (await refused(client, province)).code == "token_signature"
    assert province.key_reads == 2
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
    oidc_client: OidcClient, province: ProvinceServer, discovery: dict[str, Any], code: str
) -> None:
    province.discovery = discovery
    error = await refused(oidc_client, province)
    assert isinstance(error, OidcMisconfigured)
    assert error.code == code


async def test_a_wrong_secret_is_a_matter_for_the_administrator(province: ProvinceServer) -> None:
    client = OidcClient(province.settings(client_secret="sai"), PROVINCE_BACK)
    error = await refused(client, province)
    assert isinstance(error, OidcMisconfigured)
    assert error.code == "client_refused"
    await client.close()


async def test_a_server_that_is_away_is_told_apart_from_one_that_refuses(
    oidc_client: OidcClient, province: ProvinceServer
) -> None:
    province.down = True
    assert isinstance(await refused(oidc_client, province), OidcUnreachable)


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
    province: ProvinceServer, claims: dict[str, Any], code: str
) -> None:
    province.person.claims = claims
    client = OidcClient(province.settings(account_claim="email"), PROVINCE_BACK)
    assert (await refused(client, province)).code == code
    province.person.claims = {"email": "lan@example.com", "email_verified": True}
    assert (await arrive(client, province)).account == "lan@example.com"
    await client.close()


async def test_signing_out_leads_to_the_provinces_page_where_it_has_one(
    oidc_client: OidcClient, province: ProvinceServer
) -> None:
    address = await oidc_client.leave_address("https://motcua.example.gov.vn/console/dang-nhap")
    assert address is not None
    assert address.startswith(
        f"{province.issuer}/logout?client_id=motcua&post_logout_redirect_uri=https%3A%2F%2F"
    )


WRONG_LOGOUTS: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("for another client", lambda c: c.update(aud="khac"), "token_aud"),
    ("of another issuer", lambda c: c.update(iss="https://ke-gian.example"), "token_iss"),
    ("run out", lambda c: c.update(exp=c["iat"] - 120), "token_exp"),
    ("never running out", lambda c: c.pop("exp"), "token_exp"),
    ("from the future", lambda c: c.update(iat=c["iat"] + 3600), "token_iat"),
    ("of long ago", lambda c: c.update(iat=c["iat"] - 3600), "token_iat"),
    ("without its own number", lambda c: c.pop("jti"), "token_jti"),
    ("about no event", lambda c: c.pop("events"), "token_events"),
    ("about another event", lambda c: c.update(events={"https://khac.example/event": {}}), "token_events"),
    ("an ID token in disguise", lambda c: c.update(nonce="x"), "token_nonce"),
    ("of nobody", lambda c: (c.pop("sub"), c.pop("sid")), "token_sub"),
    ("of nobody that can be read", lambda c: c.update(sub=["6f0c"], sid=7), "token_sub"),
]


@pytest.mark.parametrize(("what", "spoil", "code"), WRONG_LOGOUTS, ids=[row[0] for row in WRONG_LOGOUTS])
async def test_a_word_that_somebody_left_is_believed_only_when_it_is_one(
    oidc_client: OidcClient,
    province: ProvinceServer,
    what: str,
    spoil: Callable[[dict[str, Any]], Any],
    code: str,
) -> None:
    right = province.logout_token(jti="1")
    assert await oidc_client.left(right) == Left("6f0c", "phien-1", "1")
    claims = province.logout_claims()
    spoil(claims)
    with pytest.raises(OidcRefused) as caught:
        await oidc_client.left(province.sign(claims))
    assert caught.value.code == code


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize("how", ["unsigned", "signed_with_the_secret", "signed_by_a_stranger"])
async def test_nobody_but_the_province_can_say_that_somebody_left(
    oidc_client: OidcClient, province: ProvinceServer, how: str
) -> None:
    with pytest.raises(OidcRefused, match=r"token_(unproved|signature)"):
        await oidc_client.left(getattr(province, how)(province.logout_claims()))
    with pytest.raises(OidcRefused, match="token_unproved"):
        await oidc_client.left("")
