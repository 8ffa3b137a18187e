"""`check`: what is wrong with this installation."""

from __future__ import annotations

import click

from liveblog import settings
from liveblog.cli.group import command, main, now


@command(main, "check")
async def check() -> int:
    """Say what is wrong with this installation: settings, Redis, clocks, storage, pages."""
    from liveblog import checks
    from liveblog.app import files
    from liveblog.processes import redis
    from liveblog.store.client import RedisClient

    read = settings.read()
    click.echo(settings.described())
    findings = [checks.pages()]
    async with redis(read) as url:
        findings.append(checks.storage(read.data))
        findings.append(await checks.media(files(read)))
        client = RedisClient(url)
        findings += [finding async for finding in checks.redis(client, now())]
        await client.close()
    for finding in findings:
        click.echo(f"{finding.verdict:8} {finding.what}")
    return 1 if any(finding.verdict == "wrong" for finding in findings) else 0
