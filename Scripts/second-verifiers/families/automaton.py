"""Second verifier of automaton: runs as ways through a layered networkx graph, equivalent states by
the sets that are found reading words from their end (Brzozowski 1962).

Written from Sources/Verifiers/State/Automaton.md.
"""

import re

tool = "networkx, reversed words"
LEXEME = re.compile(r"[A-Za-z0-9]+|[^ ]")


class Bad(Exception):
    pass


def states(words):
    """A set as it is written, ascending; [] for none."""
    if words == ["none"]:
        return []
    found = [int(word) for word in words if re.fullmatch("[1-9]|1[0-6]", word)]
    if not words or len(found) != len(words) or found != sorted(set(found)):
        raise Bad(f"not a set of states: {' '.join(words)}")
    return found


def read(problem):
    """The word (None for minimal), start, moves as triples and accepting states."""
    found = re.fullmatch(
        r" *(?:run +([a-d]{1,32}) +from +(\d+)|minimal) *:([^;:]*); *accept +([\d ]+)\n?", problem)
    if not found:
        raise Bad("the problem cannot be read")
    moves = set()
    for part in found[3].split(","):
        move = re.fullmatch(r" *(\d+)([a-e]) *> *([\d ]+)", part)
        if not move or any((a, x) == (int(move[1]), move[2]) for a, x, _ in moves):
            raise Bad(f"not a new move: {part}")
        moves |= {(int(move[1]), move[2], target) for target in states(move[3].split())}
    return found[1], found[2] and int(found[2]), moves, states(found[4].split())


def reached(word, start, moves):
    """For each number of letters read, the states before and after moves by e."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_node((0, start))
    for place in range(len(word) + 1):
        for a, letter, b in moves:
            if letter == "e":
                graph.add_edge((place, a), (place, b))
            elif place < len(word) and letter == word[place]:
                graph.add_edge((place, a), (place + 1, b))
    nodes = networkx.descendants(graph, (0, start)) | {(0, start)}
    layers = [sorted(q for p, q in nodes if p == place) for place in range(len(word) + 1)]
    fresh = [[start]] + [
        sorted({b for a, letter, b in moves if letter == word[place] and a in layers[place]})
        for place in range(len(word))
    ]
    return fresh, layers


def equivalent(moves, accepting):
    """Blocks of states that lie in the same of the sets that words lead to acceptance from."""
    everything = {a for a, _, _ in moves} | {b for _, _, b in moves} | set(accepting)
    fresh, seen = [frozenset(accepting)], {frozenset(accepting)}
    while fresh:
        current = fresh.pop()
        for letter in {x for _, x, _ in moves}:
            before = frozenset(a for a, x, b in moves if x == letter and b in current)
            if before not in seen:
                seen.add(before)
                fresh.append(before)
    blocks = {}
    for state in sorted(everything):
        blocks.setdefault(frozenset(s for s in seen if state in s), []).append(state)
    return sorted(blocks.values())


def shown(found):
    return " ".join(map(str, found)) or "none"


def answer(problem):
    try:
        word, start, moves, accepting = read(problem)
    except Bad:
        return None
    if word is None:
        return " | ".join(map(shown, equivalent(moves, accepting)))
    end = reached(word, start, moves)[1][-1]
    return f"{shown(end)} {'yes' if set(end) & set(accepting) else 'no'}"


def run_lines(word, start, moves, accepting):
    """All lines of a run but the answer."""
    fresh, layers = reached(word, start, moves)
    silent = any(letter == "e" for _, letter, _ in moves)
    lines = [f"e: {shown(layers[0])}"] if silent else []
    for place, letter in enumerate(word, 1):
        lines.append(f"{letter}: {shown(fresh[place])}")
        if silent:
            lines.append(f"e: {shown(layers[place])}")
    return lines + [f"accept: {shown(sorted(set(layers[-1]) & set(accepting)))}"]


def split(blocks, block, letter, moves):
    """The blocks after a split, sorted."""
    home = {state: number for number, states in enumerate(blocks) for state in states}
    groups = {}
    for state in block:
        (target,) = [b for a, x, b in moves if (a, x) == (state, letter)]
        groups.setdefault(home[target], []).append(state)
    return sorted([b for b in blocks if b != block] + list(groups.values()))


def blocks_of(text):
    return [states(part.split()) for part in text.split("|")]


def follow(problem, lines):
    """Whether every line but the answer is right; raises Bad at the first that is not."""
    word, start, moves, accepting = read(problem)
    if word is not None:
        expected = run_lines(word, start, moves, accepting)
        if [LEXEME.findall(line) for line in lines] != [LEXEME.findall(line) for line in expected]:
            raise Bad("another run")
        return
    everything = {a for a, _, _ in moves} | set(accepting)
    blocks = sorted([accepting, sorted(everything - set(accepting))])
    if not lines or blocks_of(lines[0]) != blocks:
        raise Bad("other first blocks")
    for number, line in enumerate(lines[1:], 2):
        step = re.fullmatch(r" *([a-d]) on ([\d ]+):([\d |]+)", line)
        if not step:
            raise Bad(f"line {number}: not a split")
        block = states(step[2].split())
        after = blocks_of(step[3])
        if block not in blocks or len(after) <= len(blocks):
            raise Bad(f"line {number}: nothing is split")
        if not any(x == step[1] for _, x, _ in moves):
            raise Bad(f"line {number}: no move has the letter")
        if after != split(blocks, block, step[1], moves):
            raise Bad(f"line {number}: another split")
        blocks = after
    if blocks != equivalent(moves, accepting):
        raise Bad("blocks can still be split")


def judge(problem, solution):
    """None if every step is right, else why not."""
    lines = solution.removesuffix("\n").split("\n")
    prefix = r"^ *\d+ *\) *[a-z]+ +from [\d, ]+:"
    try:
        follow(problem, [re.sub(prefix, "", line) for line in lines[:-1]])
    except Bad as why:
        return str(why)
    expected = LEXEME.findall("Answer: " + answer(problem))
    return None if LEXEME.findall(lines[-1]) == expected else "another answer"
