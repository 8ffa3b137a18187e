"""Every error a caller can meet.

::

    LiveblogError
    ├── Refused                  the request cannot be done as asked
    │   ├── Invalid              a value is wrong; names the field and says what to do
    │   ├── TooLarge             more bytes than the service takes
    │   ├── WrongMediaType       the body is not in a format the service reads
    │   ├── NotAPicture          the upload is not a picture of a kind that is taken
    │   ├── NoSuchStory          nothing is published under that slug
    │   ├── NoSuchUpdate         the story has no such update
    │   ├── StoryExists          the slug is taken
    │   ├── StoryClosed          coverage has ended; no new updates
    │   ├── StoryNotOpen         the story is still a draft; nothing can be published in it
    │   ├── RevisionMissing      an edit must say which revision it was made from
    │   ├── RevisionConflict     somebody else changed it first; carries what stands now
    │   ├── UpdateHeld           somebody else is editing it; it can be taken over
    │   ├── PinMoved                 somebody pinned another update at the same moment
    │   ├── KeyReused            the idempotency key was used for a different request
    │   ├── UnknownHost          the request is for a site that this one is not
    │   ├── NameTaken            somebody else signs in with that name
    │   ├── LinkUsed             a link that is good once was used, or is too old
    │   ├── NotConfirmed         the person must show again who they are before this
    │   ├── CrossSite            a browser sends it for another site's page
    │   ├── TooFast              more than may be done in a while; says when to come back
    │   ├── NoSuchErasure        no erase was asked for under that id
    │   ├── NoSuchNote           the story has no such note
    │   ├── ApprovalMissing      another admin must approve it, not the one who asked
    │   ├── Unreachable          a link leads to no page of the public internet; never says why
    │   ├── NotAuthenticated     no credentials, or bad ones
    │   └── NotAllowed           the credentials do not permit this
    ├── Crowded                  there are too many connections; try again in a few seconds
    ├── NotStored                nothing was published; safe to repeat with the same key
    ├── PictureWaits             the picture is kept, but no worker has made it fit for readers yet
    ├── BrokenLog                the record contradicts itself
    ├── BadKey                   a key for signing or proving the record cannot be used
    ├── BadSetting               a setting or the installation is wrong
    └── Unimportable             a file cannot be read in the format it claims
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liveblog.story import Head, Update


class LiveblogError(Exception):
    """Base of all errors; its text says what is wrong and what to do."""


class Refused(LiveblogError):
    """The request cannot be done as asked."""


class Invalid(Refused):
    """A value is wrong. ``field`` is its JSON path without ``$.``, empty for the whole body."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why


class TooLarge(Refused):
    """More bytes than the service takes."""

    def __init__(
        self, what: str, limit_bytes: int, advice: str = "split it into several updates"
    ) -> None:
        super().__init__(f"{what} is larger than {limit_bytes:,} bytes; {advice}.")
        self.limit_bytes = limit_bytes


class WrongMediaType(Refused):
    """The body is not in a format the service reads."""

    def __init__(self, got: str) -> None:
        super().__init__(f"Send the body as application/json, not {got or 'without a type'}.")


class NotAPicture(Refused):
    """The upload is not a picture of a kind that is taken."""

    def __init__(self, looks_like: str) -> None:
        super().__init__(
            f"Send a JPEG, PNG, WebP, GIF or AVIF; by its first bytes this is {looks_like}."
        )


class NoSuchStory(Refused):
    """Nothing is published under that slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no story {slug!r}. Check the spelling of its slug.")
        self.slug = slug


class NoSuchUpdate(Refused):
    """The story has no such update."""

    def __init__(self, slug: str, update: str) -> None:
        super().__init__(f"The story {slug!r} has no update {update!r}.")
        self.slug = slug
        self.update = update


class StoryExists(Refused):
    """The slug is taken."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is a story {slug!r} already. Post to it, or choose another slug.")
        self.slug = slug


class StoryClosed(Refused):
    """Coverage has ended; published updates can still be corrected or retracted."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The story {slug!r} is closed. Reopen it (status: live) to post to it.")
        self.slug = slug


class StoryNotOpen(Refused):
    """The story is still a draft."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The story {slug!r} is still a draft."
            " Open it (status: live), or post with draft: true."
        )
        self.slug = slug


class RevisionMissing(Refused):
    """An edit must say which revision it was made from."""

    def __init__(self) -> None:
        super().__init__('Send If-Match: "REVISION" with the revision that you edited.')


class RevisionConflict(Refused):
    """Somebody else changed it first. ``subject`` is an update's id or a story's slug, ``revision``
    and ``current`` are what stands now."""

    def __init__(self, subject: str, revision: int, current: Update | Head | None = None) -> None:
        super().__init__(
            f"It has changed since: revision {revision} stands now."
            " Merge your text into it and send it again with that revision."
        )
        self.subject = subject
        self.revision = revision
        self.current = current


class UpdateHeld(Refused):
    """Somebody else is editing the update. ``by`` is what they are called."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} is editing this update. Take it over, or wait until it is free.")
        self.by = by


class PinMoved(Refused):
    """Somebody pinned another update at the same moment."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The pin of {slug!r} was moved at the same moment. Look again and retry.")
        self.slug = slug


class KeyReused(Refused):
    """The idempotency key was used for a different request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} was used for a different request. Make a new key."
        )


class Unreachable(Refused):
    """A link leads to no page of the public internet. Says the same whatever the reason, so that
    nobody learns from it what there is inside."""

    def __init__(self) -> None:
        super().__init__(
            "This address is not on the public internet, or has no page that can be read."
            " Check it, or post it as a plain link."
        )


class UnknownHost(Refused):
    """The request is for a site that this one is not."""

    def __init__(self) -> None:
        super().__init__(
            "This server is not the host that the request names. Its operator lists the names"
            " that it is asked for under in LIVEBLOG_HOSTS or LIVEBLOG_PUBLIC_URL."
        )


class NameTaken(Refused):
    """Somebody else signs in with that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody else signs in as {name!r}. Choose another name.")
        self.name = name


class LinkUsed(Refused):
    """A link that is good once was used, or is too old."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or is too old. Ask an admin for a new one.")


class NotConfirmed(Refused):
    """The person must show again who they are before this."""

    def __init__(self) -> None:
        super().__init__("Show once more that it is you: open /desk/confirm, then try again.")


class CrossSite(Refused):
    """A browser sends it for another site's page."""

    def __init__(self) -> None:
        super().__init__("This was sent from a page of another site. Do it on the desk's own page.")


class TooFast(Refused):
    """More than may be done in a while. ``seconds``: when it may be tried again."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"{what} Nothing was done; try again in {seconds} seconds.")
        self.seconds = seconds


class NoSuchErasure(Refused):
    """No erase was asked for under that id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"There is no erasure {id!r}. GET /api/v1/erasures lists them.")


class NoSuchNote(Refused):
    """The story has no such note."""

    def __init__(self, slug: str, id: str) -> None:
        super().__init__(f"The story {slug!r} has no note {id!r}. It may have been removed.")


class ApprovalMissing(Refused):
    """Another admin must approve it."""

    def __init__(self) -> None:
        super().__init__("You asked for this erase yourself. Another admin must approve it.")


class NotAuthenticated(Refused):
    """No credentials, or bad ones."""

    def __init__(self) -> None:
        super().__init__(
            "Send Authorization: Bearer TOKEN with a token that is still valid"
            " (`liveblog token add` makes one), or sign in at /desk/sign-in."
        )


class NotAllowed(Refused):
    """The credentials do not permit this."""

    def __init__(self, what: str, do: str = "Ask an admin for a role or a token that may.") -> None:
        super().__init__(f"You may not {what}. {do}")


class Crowded(LiveblogError):
    """There are too many connections."""


class NotStored(LiveblogError):
    """It is not known to be safe on disk: nothing was acknowledged, repeat it with the same key."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Not stored ({why}). Nothing was acknowledged; send it again with the same key."
        )


class PictureWaits(LiveblogError):
    """The picture is kept, but no worker has made it fit for readers yet."""

    def __init__(self) -> None:
        super().__init__(
            "The picture is kept, but no worker has made it fit for readers yet. Send it again in a"
            " moment; if that does not help, see that `liveblog worker` runs."
        )


class BrokenLog(LiveblogError):
    """The record contradicts itself."""


class BadKey(LiveblogError):
    """A key for signing or proving the record cannot be used."""


class BadSetting(LiveblogError):
    """A setting or the installation is wrong."""


class Unimportable(LiveblogError):
    """A file cannot be read in the format it claims."""
