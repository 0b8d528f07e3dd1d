"""sum-reduce: each line replaces one adjacent pair by its sum modulo ten."""

tool = "Python"


def numbers(text):
    parts = [part.strip() for part in text.split("+")]
    return [int(part) for part in parts] if all(part.isdigit() for part in parts) else None


def answer(problem):
    return str(sum(numbers(problem)) % 10)


def judge(problem, solution):
    lines = solution.split("\n")
    digits = numbers(problem)
    for line in lines[:-1]:
        claim = line.split(":", 1)[1] if ")" in line else line
        found = numbers(claim)
        right = [
            digits[:i] + [(digits[i] + digits[i + 1]) % 10] + digits[i + 2 :]
            for i in range(len(digits) - 1)
        ]
        if found not in right:
            return f"no pair of {digits} gives {claim}"
        digits = found
    if len(digits) != 1 or lines[-1].replace(" ", "") != f"Answer:{digits[0]}":
        return f"expected Answer: {digits}, found {lines[-1]}"
    return None
