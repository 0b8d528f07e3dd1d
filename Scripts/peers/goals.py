"""What a row of the table claims, and whether the figures bear it out."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One line of the table: `ours` over `peer`, both by name of what was measured.

    With several peers the one of the highest figure counts. Without one, the figure itself.
    Without a bound the line informs and claims nothing.
    """

    work: str
    ours: str
    peer: tuple = ()
    field: str = "rate"
    least: float | None = None
    most: float | None = None

    def judge(self, found):
        """The line as a dictionary; found: name to figures of each turn."""
        def median(name):
            values = [turn[self.field] for turn in found.get(name, ()) if self.field in turn]
            return statistics.median(values) if values else None

        ours = median(self.ours)
        figures = {name: value for name in self.peer if (value := median(name)) is not None}
        peer = max(figures, key=figures.get) if figures else None
        line = {
            "work": self.work, "measured": self.ours, "ours": ours, "peer": peer or
            " | ".join(self.peer), "peers": figures.get(peer), "ratio": None,
            "least": self.least, "most": self.most, "met": None,
        }
        if ours is None or self.peer and peer is None:
            return line
        ratio = ours / figures[peer] if self.peer else ours
        line["ratio"] = ratio
        if self.least is not None or self.most is not None:
            line["met"] = (self.least is None or ratio >= self.least) and (
                self.most is None or ratio <= self.most)
        return line


@dataclass(frozen=True)
class Row:
    """Goals that are judged by the same measurements. Actors take turns in this order."""

    name: str
    actors: tuple
    goals: tuple
    repetitions: int = 3
    # Run only when it is asked for by name.
    long: bool = False


def short(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def bound(line):
    if line["least"] is not None:
        return f">= {line['least']:g}"
    return f"<= {line['most']:g}" if line["most"] is not None else ""


def table(lines):
    """The lines as text, columns aligned."""
    rows = [("work", "measured", "ours", "peer", "peer's", "ratio", "goal", "")]
    for line in lines:
        met = {True: "met", False: "not met", None: "" if line["ratio"] else "not run"}
        rows.append((
            line["work"], line["measured"], short(line["ours"]), line["peer"],
            short(line["peers"]), f"{line['ratio']:.2f}" if line["ratio"] else "-", bound(line),
            met[line["met"]]))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    numbers = (2, 4, 5)
    return "\n".join(
        "  ".join(cell.rjust(w) if i in numbers else cell.ljust(w)
                  for i, (cell, w) in enumerate(zip(row, widths))).rstrip() for row in rows)
