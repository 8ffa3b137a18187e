"""The findings as Markdown, printed and kept in ``bench/results``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.compare import Comparison, burst_table, delivery_table
from bench.plan import Plan
from bench.plot import drawn
from bench.publish import EVENT_BYTES
from bench.targets import Results, target_table

RESULTS = Path(__file__).parent / "results"


class Report:
    """Sections in the order in which they were measured, each printed when it is there."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sections: list[str] = []
        self._busy = machine.load_average()

    def add(self, title: str, *parts: str) -> None:
        """A section of its own."""
        section = f"## {title}\n\n" + "\n".join(parts)
        self._sections.append(section)
        print(f"\n{section}", flush=True)

    def compared(self, found: Comparison, names: list[str]) -> None:
        """Two tables a size, and what did not work."""
        for size in sorted({cell.readers for cell in found.cells}):
            self.add(
                f"Side by side, {size:,} readers",
                delivery_table(found, names, size),
                burst_table(found, names, size),
            )
        if found.notes:
            self.add("Not measured", *(f"- {note}" for note in found.notes), "")

    def write(self, results: Results, names: list[str]) -> Path:
        """Write latest.md, and latest.svg where servers were compared. Answers the folder."""
        RESULTS.mkdir(exist_ok=True)
        parts = [self._head(), f"## Wanted and measured\n\n{target_table(results)}"]
        print("\n" + parts[1], flush=True)
        if results.compared and results.compared.cells:
            (RESULTS / "latest.svg").write_text(drawn(results.compared, names))
            parts.insert(1, "![Cost and delay of a delivery, every server](latest.svg)\n")
        (RESULTS / "latest.md").write_text("\n".join([*parts, *self._sections]))
        return RESULTS

    def _head(self) -> str:
        plan = self._plan
        lines = [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, `make bench`, {plan.name} mode.",
            *machine.described(),
            f"Load of the machine before the run {self._busy}, after it {machine.load_average()}.",
        ]
        return (
            "# What a delivery costs\n\n"
            + "\n".join(f"- {line}" for line in lines)
            + f"\n\nAn event is about {EVENT_BYTES} bytes. {plan.posts} posts a round, one at a"
            f" time, {plan.rounds} rounds, servers in turn; medians, and the range of the rounds"
            " in brackets. CPU is user and system time of the server's processes, the post itself"
            " included; Redis is apart. Clients and servers share the machine.\n"
        )
