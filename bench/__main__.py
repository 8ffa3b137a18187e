"""`make bench`: from the newsroom's post to the screens of all readers."""

from __future__ import annotations

import asyncio
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.delivery import measure
from bench.servers import a_newsroom


@click.command()
@click.option("--readers", default=200, show_default=True, help="Readers connected by SSE.")
@click.option("--posts", default=100, show_default=True, help="Updates posted, one at a time.")
@click.option("--rounds", default=3, show_default=True, help="Times all of it is done.")
def main(readers: int, posts: int, rounds: int) -> None:
    """Measure how long an update takes from the API call to every reader."""
    click.echo(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.platform()}")
    click.echo(f"{readers} readers, {posts} posts a round; milliseconds from before the API call")
    click.echo("round   median      p99  slowest   deliveries")
    with tempfile.TemporaryDirectory() as data, a_newsroom(Path(data)) as newsroom:
        for number in range(1, rounds + 1):
            took = asyncio.run(measure(newsroom, readers, posts))
            click.echo(
                f"{number:5} {took.median_ms:8.2f} {took.p99_ms:8.2f} {took.slowest_ms:8.2f}"
                f"   {took.deliveries} of {readers * posts}"
            )


if __name__ == "__main__":
    main()
