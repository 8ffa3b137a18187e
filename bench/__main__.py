"""`make bench`: what a delivery costs and how long it takes, beside other servers."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path

import click
import httpx2
from msgspec.structs import replace

from bench import processes
from bench.peers import CONTESTANTS
from bench.plan import FULL, QUICK, Plan
from bench.readers import connecting
from bench.report import Report
from bench.sections import SECTIONS, Run
from bench.stand import Incomplete


@click.command()
@click.option("--full", is_flag=True, help="All sizes up to 15,000 readers: most of an hour.")
@click.option("--only", multiple=True, type=click.Choice(list(SECTIONS)), help="These parts alone.")
@click.option("--server", "servers", multiple=True, help="Servers whose name contains this.")
@click.option("--readers", "sizes", multiple=True, type=int, help="Readers in the comparison.")
@click.option("--posts", type=int, help="Posts a round.")
@click.option("--rounds", type=int, help="Times that every server has its turn.")
@click.option("--crowd", type=int, help="Readers over two processes.")
@click.option("--clients", type=int, help="Processes of the load generator.")
def main(
    full: bool, only: tuple[str, ...], servers: tuple[str, ...], sizes: tuple[int, ...],
    posts: int | None, rounds: int | None, crowd: int | None, clients: int | None,
) -> None:  # fmt: skip
    """Measure, print tables, and keep them in bench/results. Quick unless told otherwise."""
    given = {"posts": posts, "rounds": rounds, "crowd": crowd, "clients": clients}
    plan = replace(
        FULL if full else QUICK,
        **{name: value for name, value in given.items() if value is not None},
        **({"sizes": sizes} if sizes else {}),
    )
    # Ended by a signal, we still end what we started.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _measure(plan, only or tuple(SECTIONS), servers)


def _measure(plan: Plan, only: tuple[str, ...], servers: tuple[str, ...]) -> None:
    began = time.monotonic()
    limit = processes.allow_many_files()
    click.echo(f"{plan.name} run; a process may open {limit:,} files", err=True)
    contestants = [
        one for one in CONTESTANTS if not servers or any(part in one.name for part in servers)
    ]
    report = Report(plan)
    with tempfile.TemporaryDirectory(prefix="liveblog-bench-") as made:
        folder = Path(made)
        with connecting(folder / "load", plan.clients) as load:
            run = Run(plan, contestants, load, folder, report)
            for name in only:
                _section(name, run)
    where = report.write(run.results, [one.name for one in contestants])
    click.echo(f"Took {time.monotonic() - began:.0f} s. Kept in {where}/latest.md.", err=True)


def _section(name: str, run: Run) -> None:
    """One that fails is told; the others still are measured."""
    try:
        SECTIONS[name](run)
    except (Incomplete, OSError, RuntimeError, ValueError, httpx2.HTTPError) as why:
        run.report.add(f"Not measured: {name}", f"{type(why).__name__}: {why}\n")
        run.load.close()


if __name__ == "__main__":
    main()
