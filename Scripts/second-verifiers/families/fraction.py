"""Judges `fraction` by what its lines mean, with Python's fractions: every equation must hold, every
row be one of Euclid's, and the lines come in the order that the page describes."""

import re
from fractions import Fraction
from math import gcd

_TERM = r"(?:([1-9]\d?) +)?([1-9]\d?) */ *([1-9]\d?)"
_VALUE = r"(-? *\d+)(?: */ *(\d+))?"


def _read(problem):
    """(kind, [(sign, whole or None, numerator, denominator)])"""
    text = problem.removesuffix("\n").strip(" ")
    match = re.match(r"order(?=[ \d])", text)
    kind = "order" if match else None
    place = match.end() if match else 0
    terms = []
    sign = ""
    while True:
        match = re.compile(" *" + _TERM + " *", re.ASCII).match(text, place)
        if not match:
            return None
        whole, top, bottom = (int(part) if part else None for part in match.groups())
        if bottom < 2 or whole and top >= bottom:
            return None
        terms.append((sign, whole, top, bottom))
        place = match.end()
        if place == len(text):
            break
        sign = text[place]
        of = {"+": "sum", "-": "sum", "*": "product", ":": "product", ",": "order"}.get(sign)
        if of is None or (kind or of) != of:
            return None
        kind = of
        place += 1
    if not 2 <= len(terms) <= 6:
        return None
    values = [Fraction(top, bottom) + (whole or 0) for _, whole, top, bottom in terms]
    if kind == "order" and len(set(values)) < len(values):
        return None
    return kind, terms


def _written(top, bottom):
    return str(top) if bottom == 1 else f"{top}/{bottom}"


def answer(problem: str) -> str | None:
    read = _read(problem)
    if not read:
        return None
    kind, terms = read
    pairs = [((whole or 0) * bottom + top, bottom) for _, whole, top, bottom in terms]
    if kind == "order":
        return "<".join(_written(*pair) for pair in sorted(pairs, key=lambda pair: Fraction(*pair)))
    total = Fraction(*pairs[0])
    for (sign, *_), pair in list(zip(terms, pairs))[1:]:
        value = Fraction(*pair)
        total = {
            "+": lambda: total + value,
            "-": lambda: total - value,
            "*": lambda: total * value,
            ":": lambda: total / value,
        }[sign]()
    return _written(total.numerator, total.denominator)


class _Wrong(Exception):
    pass


class _Lines:
    def __init__(self, solution):
        self.lines = solution.removesuffix("\n").split("\n")
        self.number = 0

    def next(self):
        self.number += 1
        if self.number > len(self.lines):
            raise _Wrong("a line is missing")
        line = self.lines[self.number - 1]
        return re.sub(r"^\d+\) [a-z-]+(?: from \d+(?:, \d+)*)?: ", "", line)

    def expect(self, right):
        line = self.next()
        if _lexemes(line) != _lexemes(right):
            raise _Wrong(f"line {self.number}: expected {right!r}, found {line!r}")

    def expect_each(self, rights):
        """These lines in any order."""
        rights = [_lexemes(right) for right in rights]
        while rights:
            line = _lexemes(self.next())
            if line not in rights:
                raise _Wrong(f"line {self.number}: expected one of {rights}")
            rights.remove(line)


def _lexemes(line):
    return re.findall(r"[A-Za-z0-9]+|[^ ]", line)


def _rows(lines, a, b):
    a, b = max(a, b), min(a, b)
    whole = gcd(a, b)
    while True:
        lines.expect(f"{a}={a // b}*{b}+{a % b}")
        if a % b == 0:
            assert b == whole
            return whole
        a, b = b, a % b


def _common(lines, a, b):
    divisor = _rows(lines, a, b)
    lines.expect(f"{a}*{b}/{divisor}={a * b // divisor}")
    return a * b // divisor


def _expand(lines, pairs, common):
    lines.expect_each(
        f"{_written(*pair)}={pair[0] * common // pair[1]}/{common}"
        for pair in pairs
        if pair[1] != common
    )
    return [(top * common // bottom, common) for top, bottom in pairs]


def judge(problem: str, solution: str) -> str | None:
    read = _read(problem)
    if not read:
        return "unreadable problem"
    kind, terms = read
    pairs = [((whole or 0) * bottom + top, bottom) for _, whole, top, bottom in terms]
    lines = _Lines(solution)
    try:
        lines.expect_each(
            f"{whole} {top}/{bottom}={_written(*pair)}"
            for (_, whole, top, bottom), pair in zip(terms, pairs)
            if whole
        )
        if kind == "order":
            common = pairs[0][1]
            for _, bottom in pairs[1:]:
                if common % bottom:
                    common = _common(lines, common, bottom)
            expanded = sorted(_expand(lines, pairs, common))
            lines.expect("<".join(_written(*pair) for pair in expanded))
        else:
            top, bottom = pairs[0]
            for (sign, *_), (p, q) in list(zip(terms, pairs))[1:]:
                if kind == "sum":
                    if bottom != q:
                        common = _common(lines, bottom, q)
                        (top, bottom), (p, q) = _expand(lines, [(top, bottom), (p, q)], common)
                    value = top + p if sign == "+" else top - p
                    lines.expect(f"{_written(top, bottom)}{sign}{_written(p, q)}={value}/{q}")
                    top = value
                else:
                    if sign == ":":
                        left, right = _written(top, bottom), _written(p, q)
                        lines.expect(f"{left}:{right}={left}*{_written(q, p)}")
                        p, q = q, p
                    result = _written(top * p, bottom * q)
                    lines.expect(f"{_written(top, bottom)}*{_written(p, q)}={result}")
                    top, bottom = top * p, bottom * q
                if bottom == 1:
                    continue
                divisor = bottom if top == 0 else _rows(lines, abs(top), bottom)
                if divisor > 1:
                    reduced = _written(top // divisor, bottom // divisor)
                    lines.expect(f"{_written(top, bottom)}={reduced}")
                    top, bottom = top // divisor, bottom // divisor
        lines.expect(f"Answer: {answer(problem)}")
        if lines.number != len(lines.lines):
            return f"line {lines.number + 1}: nothing should follow"
    except _Wrong as wrong:
        return str(wrong)
    return None
