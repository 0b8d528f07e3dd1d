"""Judges `worded-sum` from its page alone: the words by patterns, the numbers by Python."""

import re

_NATURAL = r"(0|[1-9]\d{0,10})"
_PLAIN = re.compile(
    rf" *What +is +{_NATURAL} *([+-]) *{_NATURAL} *(?:([+-]) *{_NATURAL} *)?\? *\n?", re.ASCII
)
_EVENT = rf" *(?P=name) +(gets|loses) +{_NATURAL} +(?P=thing) *\."
_STORY = re.compile(
    rf" *(?P<name>Ann|Ben|Eve|Tom) +has +{_NATURAL} +(?P<thing>apples|books|coins|stamps) *\.{_EVENT}"
    rf"(?:{_EVENT})? *How +many +(?P=thing) +does +(?P=name) +have +now *\? *\n?",
    re.ASCII,
)


def _values(problem):
    """The number to begin with, and the changes with their signs."""
    match = _PLAIN.fullmatch(problem)
    if match:
        start, *rest = match.groups()
    else:
        match = _STORY.fullmatch(problem)
        if not match:
            return None
        _, start, _, *rest = match.groups()
    changes = []
    for sign, amount in zip(rest[::2], rest[1::2]):
        if sign is not None:
            changes.append((1 if sign in ("+", "gets") else -1) * int(amount))
    signs = ["+" if sign in ("+", "gets") else "-" for sign in rest[::2] if sign is not None]
    value = int(start)
    for change in changes:
        value += change
        if value < 0:
            return None
    return int(start), signs, [abs(change) for change in changes]


def answer(problem: str) -> str | None:
    read = _values(problem)
    if not read:
        return None
    start, signs, amounts = read
    return str(start + sum(n if sign == "+" else -n for sign, n in zip(signs, amounts)))


def judge(problem: str, solution: str) -> str | None:
    read = _values(problem)
    if not read:
        return "unreadable problem"
    value, signs, amounts = read
    lines = []
    for sign, amount in zip(signs, amounts):
        after = value + amount if sign == "+" else value - amount
        lines.append(f"{value}{sign}{amount}={after}")
        value = after
    lines.append(f"Answer: {value}")
    return compare(lines, solution)


def lexemes(line):
    return re.findall(r"[A-Za-z0-9]+|[^ ]", line)


def compare(lines, solution):
    """The first difference of a solution from the only right lines."""
    found = solution.removesuffix("\n").split("\n")
    for number, (line, right) in enumerate(zip(found, lines), 1):
        line = re.sub(r"^\d+\) [a-z-]+(?: from \d+(?:, \d+)*)?: ", "", line)
        if lexemes(line) != lexemes(right):
            return f"line {number}: expected {right!r}, found {line!r}"
    if len(found) != len(lines):
        return f"{len(found)} lines, expected {len(lines)}"
    return None
