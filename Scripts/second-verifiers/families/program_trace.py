"""Second verifier of program-trace: the program becomes Python and is run.

Written from Sources/Verifiers/State/ProgramTrace.md.
"""

import re


def python_source(problem):
    """The program as a Python function that logs each step; None for a problem in another form."""
    found = re.fullmatch(
        r"\s*mod (\d+) ?((?:, ?[a-ep] ?= ?(?:\d+|\[[\d, ]+\]) ?)+): ?(.*); ?print ([a-e])\s*", problem)
    if not found:
        return None
    text = found[3].replace(" ", "")
    text = re.sub(r"while(.)", r"while \1", text)
    lines, depth, loops = [], 1, 0
    lines += ["def run(log):", f" M = {int(found[1])}"]
    for name, value in re.findall(r"([a-ep]) ?= ?(\d+|\[[\d, ]+\])", found[2]):
        lines.append(f" {name} = {value}")

    def emit(line):
        lines.append(" " * depth + line)

    def place(name):
        return re.sub(r"p\[(\w)\]", r"p[\1 % len(p)]", name)

    def condition(test):
        left, sign, right = re.fullmatch(r"([^<>]+)([<>])([^<>]+)", test).groups()
        return place(left), sign, place(right)

    rest = text
    while rest:
        loop = re.match(r"while ?([^{]+?)max(\d)\{", rest)
        branch = re.match(r"if([^{]+)\{", rest)
        simple = re.match(r"([a-e]|p\[\w\])=([a-e]|p\[\w\]|\d+)(?:([-+*])([a-e]|p\[\w\]|\d+))?", rest)
        if loop:
            left, sign, right = condition(loop[1])
            emit(f"for _{loops} in range({loop[2]}):")
            depth += 1
            emit(f"log(f'{{{left}}}{sign}{{{right}}} ' + ('yes' if {left} {sign} {right} else 'no'))")
            emit(f"if not {left} {sign} {right}: break")
            loops += 1
            rest = rest[loop.end():]
        elif branch:
            left, sign, right = condition(branch[1])
            emit(f"log(f'{{{left}}}{sign}{{{right}}} ' + ('yes' if {left} {sign} {right} else 'no'))")
            emit(f"if {left} {sign} {right}:")
            depth += 1
            rest = rest[branch.end():]
        elif simple:
            target, left, sign, right = simple.groups()
            shown = target
            if target[0] == "p":
                emit(f"i = ({target[2:-1]}) % len(p)")
                shown, target = "p[{i}]", "p[i]"
            left = place(left)
            if sign:
                right = place(right)
                emit(f"v = ({left} {sign} {right}) % M")
                emit(f"log(f'{shown}={{{left}}}{sign}{{{right}}}={{v}}')")
            else:
                emit(f"v = {left}")
                emit(f"log(f'{shown}={{v}}')")
            emit(f"{target} = v")
            rest = rest[simple.end():]
        elif rest.startswith("}else{"):
            depth -= 1
            emit("else:")
            depth += 1
            rest = rest[len("}else{"):]
        elif rest[0] == "}":
            depth -= 1
            rest = rest[1:]
        elif rest[0] == ";":
            rest = rest[1:]
        else:
            return None
    depth = 1
    emit(f"return {found[4]}")
    return "\n".join(lines)


def run(problem):
    """The lines that the program logs, and what it prints."""
    source = python_source(problem)
    if source is None:
        return None
    log, scope = [], {}
    exec(compile(source, "program", "exec"), scope)  # made of the few words matched above
    return log, scope["run"](log.append)


def answer(problem):
    result = run(problem)
    return None if result is None else str(result[1])


def judge(problem, solution):
    """None if every step is right, else why not."""
    result = run(problem)
    if result is None:
        return "the problem cannot be read"
    expected = result[0] + [f"Answer:{result[1]}"]
    lines = solution.rstrip("\n").split("\n")
    for number, (line, right) in enumerate(zip(lines, expected), 1):
        claim = re.sub(r"^ *\d+ ?\) ?[a-z]+(?: from [\d, ]+)? ?: ?", "", line)
        if claim.replace(" ", "") != right.replace(" ", ""):
            return f"line {number}: expected {right}"
    return None if len(lines) == len(expected) else "too few or too many lines"
