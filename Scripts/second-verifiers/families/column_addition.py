"""Judges `column-addition` from its page alone, with Python's whole numbers and fractions."""

import re
from fractions import Fraction

_DIGITS = "0123456789abcdef"


def _read(problem):
    """(base, [(is minus, digits before the point, digits after it)])"""
    text = problem.removesuffix("\n")
    match = re.fullmatch(r"(.*?) +base +([1-9]\d?) *", text, re.ASCII)
    base = int(match[2]) if match else 10
    if match and (not 2 <= base <= 16 or base == 10):
        return None
    parts = re.findall(r"[A-Za-z0-9]+|[^ ]", match[1] if match else text)
    if parts and parts[0] != "-":
        parts.insert(0, "+")
    known = _DIGITS[:base]
    terms = []
    place = 0
    while place < len(parts):
        number = parts[place : place + 2]
        if len(number) < 2 or number[0] not in ("+", "-"):
            return None
        whole, fraction = number[1], ""
        place += 2
        if place < len(parts) and parts[place] == ".":
            fraction = parts[place + 1] if place + 1 < len(parts) else ""
            place += 2
            if not 1 <= len(fraction) <= 16:
                return None
        if not 1 <= len(whole) <= 64 or len(whole) > 1 and whole[0] == "0":
            return None
        if any(digit not in known for digit in whole + fraction):
            return None
        terms.append((number[0] == "-", whole, fraction))
    return (base, terms) if 2 <= len(terms) <= 5 else None


def _value(term, base):
    _, whole, fraction = term
    return Fraction(int(whole + fraction, base), base ** len(fraction))


def _numeral(number, base):
    digits = ""
    while number or not digits:
        number, digit = divmod(number, base)
        digits = _DIGITS[digit] + digits
    return digits


def _text(value, places, base):
    """A value that is not negative, with so many places."""
    digits = _numeral(int(value * base**places), base).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def answer(problem: str) -> str | None:
    read = _read(problem)
    if not read:
        return None
    base, terms = read
    total = sum(-_value(term, base) if term[0] else _value(term, base) for term in terms)
    places = max(len(term[2]) for term in terms)
    return ("-" if total < 0 else "") + _text(abs(total), places, base)


def judge(problem: str, solution: str) -> str | None:
    read = _read(problem)
    if not read:
        return "unreadable problem"
    base, terms = read
    lines = []
    totals = []
    is_mixed = len({term[0] for term in terms}) == 2
    for is_minus in (False, True):
        group = [term for term in terms if term[0] == is_minus]
        places = max((len(term[2]) for term in group), default=0)
        total = sum((_value(term, base) for term in group), Fraction(0))
        totals.append((total, places) if group else None)
        if len(group) < 2:
            continue
        scaled = [int(_value(term, base) * base**places) for term in group]
        for column in range(places + max(len(term[1]) for term in group)):
            unit = base**column
            carry = sum(number % unit for number in scaled) // unit
            digits = [number // unit % base for number in scaled]
            value = sum(digits) + carry
            numerals = [_numeral(number, base) for number in digits + [carry]]
            lines.append(
                f"{'+'.join(numerals)}={_numeral(value, base)} write {_DIGITS[value % base]}"
                f" carry {_numeral(value // base, base)}"
            )
        if is_mixed:
            lines.append(f"sum {_text(total, places, base)}")
    if is_mixed:
        (plus, plus_places), (minus, minus_places) = totals
        first, second = _text(plus, plus_places, base), _text(minus, minus_places, base)
        lines.append(f"-({second}-{first})" if plus < minus else f"{first}-{second}")
        places = max(plus_places, minus_places)
        greater = int(max(plus, minus) * base**places)
        smaller = int(min(plus, minus) * base**places)
        for column in range(max(len(_numeral(greater, base)), places + 1)):
            unit = base**column
            borrow = int(greater % unit < smaller % unit)
            p, q = greater // unit % base, smaller // unit % base
            value = p - q - borrow
            size = ("-" if value < 0 else "") + _numeral(abs(value), base)
            lines.append(
                f"{_DIGITS[p]}-{_DIGITS[q]}-{borrow}={size} write {_DIGITS[value % base]}"
                f" borrow {int(value < 0)}"
            )
    lines.append(f"Answer: {answer(problem)}")
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
