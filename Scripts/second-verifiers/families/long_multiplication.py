"""Judges `long-multiplication` from its page alone, with Python's whole numbers."""

import re


def _read(problem):
    match = re.fullmatch(r" *(0|[1-9]\d{0,23}) *\* *(0|[1-9]\d{0,11}) *\n?", problem, re.ASCII)
    return (int(match[1]), int(match[2]), match[1], match[2]) if match else None


def answer(problem: str) -> str | None:
    read = _read(problem)
    return str(read[0] * read[1]) if read else None


def judge(problem: str, solution: str) -> str | None:
    read = _read(problem)
    if not read:
        return "unreadable problem"
    a, b, first, second = read
    lines = []
    rows = []
    for place, y in enumerate(int(digit) for digit in reversed(second)):
        if y:
            for column in range(len(first)):
                unit = 10**column
                x, carry = a // unit % 10, a % unit * y // unit
                value = x * y + carry
                lines.append(f"{x}*{y}+{carry}={value} write {value % 10} carry {value // 10}")
        rows.append(a * y * 10**place)
        lines.append(f"row {place + 1}: {rows[-1]}")
    if len(rows) > 1:
        for column in range(max(len(str(row)) for row in rows)):
            unit = 10**column
            carry = sum(row % unit for row in rows) // unit
            digits = [row // unit % 10 for row in rows]
            value = sum(digits) + carry
            terms = "+".join(map(str, digits))
            lines.append(f"{terms}+{carry}={value} write {value % 10} carry {value // 10}")
    lines.append(f"Answer: {a * b}")
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
