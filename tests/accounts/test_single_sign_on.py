"""Who comes back from the identity provider is believed only where its word holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from liveblog.accounts.single_sign_on import SignOnFailed, SingleSignOn, Subject
from tests.accounts.provider import CLIENT, SECRET, Provider, a_provider
from tests.redis_servers import a_free_port

pytestmark = pytest.mark.anyio

HERE = "https://live.example/desk/sign-in/sso"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with a_provider() as provider:
        yield provider


def sign_on(provider: Provider, secret: str = SECRET) -> SingleSignOn:
    return SingleSignOn(provider.issuer, CLIENT, secret, HERE)


async def signed_in(provider: Provider) -> Subject:
    here = sign_on(provider)
    address, begun = await here.begin()
    return await here.finish(begun, provider.visit(address))


async def test_a_person_is_sent_there_and_comes_back_known(provider: Provider) -> None:
    address, begun = await sign_on(provider).begin()
    asked = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert asked["redirect_uri"] == HERE
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert (asked["state"], asked["nonce"]) == (begun.state, begun.nonce)
    assert SECRET not in address
    assert await signed_in(provider) == Subject(
        issuer=provider.issuer,
        id="1234",
        name="Ada Winter",
        email="ada@paper.example",
        email_verified=True,
    )


async def test_an_address_that_is_not_verified_is_told_as_such(provider: Provider) -> None:
    provider.claims = {"email_verified": "true"}
    assert not (await signed_in(provider)).email_verified


async def test_who_did_not_begin_here_is_refused(provider: Provider) -> None:
    here = sign_on(provider)
    _, begun = await here.begin()
    address, _ = await here.begin()
    with pytest.raises(SignOnFailed, match="not begun here"):
        await here.finish(begun, provider.visit(address))
    with pytest.raises(SignOnFailed, match="not begun here"):
        await here.finish(begun, {"code": "x"})


async def test_a_refusal_of_the_provider_is_told(provider: Provider) -> None:
    here = sign_on(provider)
    _, begun = await here.begin()
    with pytest.raises(SignOnFailed, match="access_denied"):
        await here.finish(begun, {"state": begun.state, "error": "access_denied"})


async def test_a_code_is_good_once_and_with_its_verifier(provider: Provider) -> None:
    here = sign_on(provider)
    address, begun = await here.begin()
    query = provider.visit(address)
    await here.finish(begun, query)
    with pytest.raises(SignOnFailed):
        await here.finish(begun, query)
    stolen = provider.visit((await here.begin())[0])
    with pytest.raises(SignOnFailed):
        await here.finish(begun, stolen | {"state": begun.state})


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another site"},
        {"aud": [CLIENT, "another site"], "azp": "another site"},
        {"nonce": "of somebody else"},
        {"nonce": None},
        {"sub": None},
        {"exp": 1_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"at_hash": "of another token"},
    ],
    ids="-".join,
)
async def test_a_word_that_is_not_for_us_is_refused(
    provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    with pytest.raises(SignOnFailed, match="could not be verified"):
        await signed_in(provider)


async def test_a_word_signed_by_somebody_else_is_refused(provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    with pytest.raises(SignOnFailed, match="could not be verified"):
        await signed_in(provider)


async def test_a_word_signed_with_a_shared_secret_is_refused(provider: Provider) -> None:
    provider.signs_with = OctKey.import_key(SECRET * 2)
    provider.algorithm = "HS256"
    with pytest.raises(SignOnFailed, match="could not be verified"):
        await signed_in(provider)


async def test_a_provider_that_does_not_know_us_is_told(provider: Provider) -> None:
    here = sign_on(provider, secret="wrong")
    address, begun = await here.begin()
    with pytest.raises(SignOnFailed):
        await here.finish(begun, provider.visit(address))


async def test_a_provider_that_is_another_one_is_refused(provider: Provider) -> None:
    provider.says = {"issuer": "https://evil.example"}
    with pytest.raises(SignOnFailed, match="another one"):
        await sign_on(provider).begin()


@pytest.mark.parametrize("says", [{"token_endpoint": None}, {"jwks_uri": ["x"]}])
async def test_a_provider_that_says_nonsense_is_refused(
    provider: Provider, says: dict[str, object]
) -> None:
    provider.says = says
    with pytest.raises(SignOnFailed):
        await signed_in(provider)


async def test_a_provider_out_of_reach_is_told() -> None:
    nowhere = SingleSignOn(f"http://127.0.0.1:{a_free_port()}", CLIENT, SECRET, HERE)
    with pytest.raises(SignOnFailed, match="cannot be reached"):
        await nowhere.begin()


async def test_a_provider_that_fails_is_told(provider: Provider) -> None:
    provider.token_status = 500
    with pytest.raises(SignOnFailed):
        await signed_in(provider)
