"""People keep their names and what they are, whoever else changes them at the same moment."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from liveblog.accounts.links import Invitation, Links
from liveblog.accounts.people import People, assigned, sign_in_name
from liveblog.accounts.sessions import Sessions
from liveblog.accounts.staff import first_link
from liveblog.errors import Invalid, LinkUsed, NameTaken, RevisionConflict
from liveblog.store.redis import RedisStore
from tests.desk.newsroom import Clock
from tests.people import a_person

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(store: RedisStore, clock: Clock) -> People:
    return People(store, Sessions(store, clock), clock)


@pytest.fixture
def links(store: RedisStore, clock: Clock) -> Links:
    return Links(store, clock)


def an_invitation(links: Links, **given: object) -> Invitation:
    values = {"role": "reporter", "until": links.until(3)}
    return Invitation(**(values | given))  # type: ignore[arg-type] # a builder


# -- people ----------------------------------------------------------------------------------------


async def test_two_people_cannot_have_one_name(
    people: People, links: Links, store: RedisStore
) -> None:
    invited = an_invitation(links)
    person = await people.add(invited, "Grace.Hopper")
    assert person.name == "grace.hopper"
    with pytest.raises(NameTaken):
        await people.add(invited, "GRACE.HOPPER ")
    assert await store.person_named("grace.hopper") == person


@pytest.mark.parametrize("name", ["", "a", "a b", "<b>", "ä" * 3, "-x", "a" * 100, "a\nb"])
def test_an_odd_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        sign_in_name(name)


def test_a_list_of_stories_is_read() -> None:
    assert assigned(" harbour-fire, \n election ") == ("harbour-fire", "election")
    assert assigned(" , ") is None
    with pytest.raises(Invalid):
        assigned("Harbour Fire!")


async def test_changes_at_the_same_moment_are_all_kept(people: People, store: RedisStore) -> None:
    person = await a_person(store)

    async def add(code: str) -> None:
        await people.change(person.id, lambda one: replace(one, recovery=(*one.recovery, code)))

    await asyncio.gather(*(add(code) for code in "abc"))
    assert sorted((await people.get(person.id)).recovery) == ["a", "b", "c"]


async def test_a_person_is_not_saved_over_what_somebody_else_saved(store: RedisStore) -> None:
    person = await a_person(store)
    await store.save_person(replace(person, role="editor"))
    with pytest.raises(RevisionConflict):
        await store.save_person(replace(person, role="reader"))


async def test_an_identity_is_one_persons_and_can_be_given_up(
    people: People, store: RedisStore
) -> None:
    one, other = await a_person(store), await a_person(store)
    subject = f"https://id.example {one.id}"
    linked = lambda person: replace(person, subject=subject)  # noqa: E731
    await people.change(one.id, linked)
    with pytest.raises(Invalid):
        await people.change(other.id, linked)
    await people.change(one.id, lambda person: replace(person, subject=""))
    assert await store.person_known_as(subject) is None
    await people.change(other.id, linked)
    known = await store.person_known_as(subject)
    assert known is not None and known.id == other.id


# -- links -----------------------------------------------------------------------------------------


async def test_a_link_is_good_once(links: Links) -> None:
    invited = an_invitation(links)
    secret = await links.make(invited)
    assert await links.look(secret) == invited
    assert await links.use(secret) == invited
    for again in (links.look, links.use):
        with pytest.raises(LinkUsed):
            await again(secret)


async def test_only_one_of_two_at_the_same_moment_uses_a_link(links: Links) -> None:
    secret = await links.make(an_invitation(links))
    answers = await asyncio.gather(*(links.use(secret) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(answer, Invitation) for answer in answers) == 1


async def test_a_link_ends_by_itself(links: Links, store: RedisStore) -> None:
    before = set(await store.ask("KEYS", "*secret:Invitation:*"))
    await links.make(an_invitation(links, until=links.until(1)))
    (made,) = set(await store.ask("KEYS", "*secret:Invitation:*")) - before
    assert 86_000 < await store.ask("TTL", made) <= 86_400


async def test_the_links_of_an_admin_who_is_locked_out_open_nothing(
    links: Links, people: People, store: RedisStore
) -> None:
    admin = await a_person(store, "admin")
    left_behind = await links.make(an_invitation(links, role="admin", by=admin.id))
    await links.look(left_behind)
    await people.lock(admin.id)
    with pytest.raises(LinkUsed):
        await links.use(left_behind)


async def test_the_links_of_an_admin_who_is_none_any_more_open_nothing(
    links: Links, people: People, store: RedisStore
) -> None:
    admin = await a_person(store, "admin")
    left_behind = await links.make(an_invitation(links, role="admin", by=admin.id))
    await people.assign(admin.id, "reporter", None)
    with pytest.raises(LinkUsed):
        await links.use(left_behind)


async def test_the_first_link_is_worthless_once_there_is_somebody(
    redis_url: str, clock: Clock
) -> None:
    store = RedisStore(f"{redis_url}/3")
    try:
        await store.ask("FLUSHDB")
        links = Links(store, clock)
        one, other = await first_link(store, links), await first_link(store, links)
        assert one is not None and other is not None
        assert (await links.look(one)).role == "admin"
        await a_person(store)
        with pytest.raises(LinkUsed):
            await links.use(other)
        assert await first_link(store, links) is None
    finally:
        await store.close()
