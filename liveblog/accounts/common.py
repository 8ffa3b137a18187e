"""What passwords are made of that everybody guesses first. Written by hand, short on purpose:
endings, numbers, capitals and letters replaced by digits are taken off before one looks here."""

from __future__ import annotations

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
)
"""Rows of keys and other orders that fingers know; backwards, too."""

WORDS = tuple(  # in lines, so that a word more is no line more
    """
    password passwort passwd motdepasse contrasena parola geheim secret secure security login logon
    signin access admin administrator root user guest test testing tester demo default changeme
    change letmein welcome willkommen bienvenue hello hallo iloveyou loveyou love lover sunshine
    princess dragon monkey football baseball basketball hockey soccer master superman batman
    starwars pokemon shadow killer freedom whatever trustno nothing internet computer laptop server
    company office house home family mother father summer winter spring autumn january february
    march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday london berlin paris newyork charlie michael jennifer thomas
    jordan jessica daniel ashley liveblog live blog newsroom news newspaper press reporter editor
    journalist journalism redaktion breaking headline story update media
    correcthorsebatterystaple correct horse battery staple
    """.split()  # noqa: SIM905 # read as prose
)
