"""Judges `long-division` from its page alone: every front of the dividend is divided as a whole."""

import re


def _read(problem):
    match = re.fullmatch(
        r" *(0|[1-9]\d{0,16}) */ *([1-9]\d{0,8})(?: +to +([1-9]) +places)? *\n?", problem, re.ASCII
    )
    return (match[1], int(match[2]), int(match[3]) if match[3] else None) if match else None


def answer(problem: str) -> str | None:
    read = _read(problem)
    if not read:
        return None
    quotient, rest = divmod(int(read[0]), read[1])
    if read[2] is None:
        return f"{quotient}r{rest}" if rest else str(quotient)
    decimals = ""
    while rest and len(decimals) < read[2]:
        digit, rest = divmod(10 * rest, read[1])
        decimals += str(digit)
    return f"{quotient}.{decimals}" if decimals else str(quotient)


def judge(problem: str, solution: str) -> str | None:
    read = _read(problem)
    if not read:
        return "unreadable problem"
    digits, divisor, places = read
    count = len(digits)

    def front(length):
        return int((digits + "0" * max(0, length - count))[:length])

    length = next((n for n in range(1, count + 1) if front(n) >= divisor), count)
    lines = [f"take {front(length)}"]
    value = front(length)
    while True:
        digit, rest = divmod(value, divisor)
        product = digit * divisor
        lines.append(
            f"{digit}*{divisor}={product} {value}-{product}={rest}"
            f" quotient {front(length) // divisor}"
        )
        if length >= count and (not rest or length == count + (places or 0)):
            break
        length += 1
        value = 10 * rest + front(length) % 10
        lines.append(f"bring {'.' if length > count else ''}{front(length) % 10}: {value}")
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
