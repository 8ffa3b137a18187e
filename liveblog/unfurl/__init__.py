"""From a pasted link to a card: what the page there says of itself, fetched without harm.

addresses → network → fetch → opengraph, oembed → :class:`Unfurler`.
"""

from liveblog.unfurl.unfurler import Card, Unfurler, unfurler

__all__ = ["Card", "Unfurler", "unfurler"]
