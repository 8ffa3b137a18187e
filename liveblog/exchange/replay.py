"""Post a coverage again through the public API, at its own pace times N."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator

import anyio
import httpx2
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from liveblog import codec
from liveblog.errors import Invalid, NotAllowed, NotAuthenticated, NotStored, Refused
from liveblog.exchange.coverage import Brought, Coverage
from liveblog.story import Cursor, Slug, UpdateId

_ATTEMPTS = 12
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 10.0
"""Together about a minute: a web process that was killed is up again by then."""

_STORY_EXISTS = 409
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_NOT_AUTHENTICATED, _NOT_ALLOWED = 401, 403


class Posted(Struct, frozen=True, kw_only=True):
    """The API's answer to a post, as far as it matters here."""

    id: UpdateId
    revision: int
    cursor: Cursor | None = None
    url: str | None = None


class _Problem(Struct, frozen=True, kw_only=True):
    detail: str = ""


def paced(coverage: Coverage, speed: float) -> Iterator[tuple[float, Brought]]:
    """Each update with the seconds to wait before it, the gaps of the original over ``speed``.

    Raises Invalid unless ``speed`` is above zero.
    """
    if not speed > 0:
        raise Invalid("speed", "use a number above zero: 1 is the original pace")
    return _paced(coverage, speed)


def _paced(coverage: Coverage, speed: float) -> Iterator[tuple[float, Brought]]:
    before = coverage.updates[0].published if coverage.updates else None
    for brought in coverage.updates:
        gap = (brought.published - before).total_seconds() if before else 0.0
        before = brought.published
        yield gap / speed, brought


async def replay(
    client: httpx2.AsyncClient,
    slug: Slug,
    coverage: Coverage,
    *,
    speed: float,
    token: str,
    on_posted: Callable[[Brought, Posted], None],
) -> None:
    """Open the story unless it is there, and post every update when its turn comes.

    ``client`` has the service's address as its ``base_url``. Each update has one idempotency key
    for all its attempts, so that a lost answer never posts it twice.

    Raises Invalid, NotAuthenticated, NotAllowed, Refused with what the service said; NotStored
    when it stays away.
    """
    posts = paced(coverage, speed)
    wire = _Wire(client, token)
    await wire.open(coverage.under(slug))
    due = anyio.current_time()
    for delay_seconds, brought in posts:
        due += delay_seconds
        # Until the moment, not for the gap: what posting takes does not slow the story down.
        await anyio.sleep_until(due)
        on_posted(brought, await wire.post(slug, brought))


class _Wire:
    """The calls that one run makes."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self._client = client
        self._run = secrets.token_hex(8)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def open(self, coverage: Coverage) -> None:
        body = codec.to_json(coverage.story)
        answer = await self._send("/api/v1/stories", body, self._key("story"))
        if answer.status_code != _STORY_EXISTS:
            _refuse(answer)

    async def post(self, slug: Slug, brought: Brought) -> Posted:
        # It happens again: a time of then would put it among what happened then.
        body = codec.to_json(replace(brought.update, displayed=None))
        key = self._key(brought.external_id)
        answer = await self._send(f"/api/v1/stories/{slug}/updates", body, key)
        _refuse(answer)
        try:
            return codec.from_json(answer.content, Posted)
        except msgspec.MsgspecError as error:
            raise Refused(f"What answered is not a live blog: {error}") from error

    def _key(self, of: str) -> str:
        # Ids of other systems hold characters that a header may not.
        return f"replay-{self._run}-{hashlib.sha256(of.encode()).hexdigest()[:32]}"

    async def _send(self, path: str, body: bytes, key: str) -> httpx2.Response:
        headers = self._headers | {"Idempotency-Key": key}
        pause_seconds = _FIRST_PAUSE_SECONDS
        why = "the service could not be reached"
        for _ in range(_ATTEMPTS):
            wanted_seconds = 0.0
            try:
                answer = await self._client.post(path, content=body, headers=headers)
                if answer.status_code not in _TRY_AGAIN:
                    return answer
                why = f"the service answered {answer.status_code}"
                wanted_seconds = _retry_after(answer)
            except httpx2.TransportError as error:
                why = f"{type(error).__name__}: {error}"
            await anyio.sleep(min(max(pause_seconds, wanted_seconds), _LONGEST_PAUSE_SECONDS))
            pause_seconds *= 2
        raise NotStored(why)


def _retry_after(answer: httpx2.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else 0.0


def _refuse(answer: httpx2.Response) -> None:
    """Raise what an answer that is not a success says."""
    if answer.is_success:
        return
    if answer.status_code == _NOT_AUTHENTICATED:
        raise NotAuthenticated
    if answer.status_code == _NOT_ALLOWED:
        raise NotAllowed("post to this story")
    raise Refused(f"The service answered {answer.status_code}: {_detail(answer)}")


def _detail(answer: httpx2.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=_Problem).detail
    except msgspec.DecodeError:
        return answer.reason_phrase
