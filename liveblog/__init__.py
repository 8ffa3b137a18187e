"""liveblog: live coverage from the newsroom to every reader at once."""

__version__ = "0.1.0"
