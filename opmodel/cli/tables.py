"""Tables and paragraphs for people: Rich on a terminal, plain aligned text anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1
    """Number of first columns that hold words, aligned left; the others hold numbers."""
    note: str = ""
    """Said under the table."""


#: What is shown: paragraphs and tables, in order.
Block = str | Table


def plain(blocks: Sequence[Block]) -> str:
    """Blocks as text without escape codes."""
    parts = [block if isinstance(block, str) else _plain_table(block) for block in blocks]
    return "\n\n".join(parts) + "\n"


def _plain_table(table: Table) -> str:
    headings = [heading.split("\n") for heading in table.headings]
    tall = max(map(len, headings))
    above = [[heading[k] if k < len(heading) else "" for heading in headings] for k in range(tall)]
    rows = [*(row for row in above if any(row)), *([str(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(headings))]
    lines = [table.title] if table.title else []
    heads = len(rows) - len(table.rows)
    for number, row in enumerate(rows, start=1):
        cells = [c.ljust(w) if k < table.left else c.rjust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
        if number == heads:
            lines.append("  ".join("-" * w for w in widths))
    return "\n".join([*lines, table.note] if table.note else lines)


def on_terminal() -> bool:
    """Whether results go to a person's terminal."""
    return sys.stdout.isatty()


def show(blocks: Sequence[Block]) -> None:
    """Print blocks to standard output."""
    if not on_terminal():
        sys.stdout.write(plain(blocks))
        sys.stdout.flush()
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable

    console = Console(markup=False, highlight=False, emoji=False)
    for number, block in enumerate(blocks):
        if number:
            console.print()
        if isinstance(block, str):
            console.print(block)
            continue
        rich = RichTable(title=block.title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False,
                         title_style="bold", caption=block.note or None, caption_justify="left", caption_style="")
        for k, heading in enumerate(block.headings):
            rich.add_column(heading, justify="left" if k < block.left else "right", overflow="fold")
        for row in block.rows:
            rich.add_row(*map(str, row))
        console.print(rich)
