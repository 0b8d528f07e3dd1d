"""Second verifier of box-tracking: boxes are a permutation of rooms (sympy), objects live in rooms.

Written from Sources/Verifiers/State/BoxTracking.md.
"""

import re


def read(problem):
    """Contents by box, operations and the object asked for; None for another form."""
    parts = [part.strip() for part in problem.strip().split(";")]
    question = re.fullmatch(r"where is ([a-z]+) ?\?", parts[-1])
    contents = re.findall(r"([A-F]) ?= ?\{([a-z, ]*)\}", parts[0])
    if not question or not contents:
        return None
    boxes = {box: {name.strip() for name in names.split(",")} - {""} for box, names in contents}
    return boxes, [part.split() for part in parts[1:-1]], question[1]


def answer(problem):
    """Swaps are multiplied as permutations; a move gives an object a new room."""
    from sympy.combinatorics import Permutation

    puzzle = read(problem)
    if puzzle is None:
        return None
    boxes, operations, asked = puzzle
    letters = sorted(boxes)
    room = next(letters.index(box) for box, names in boxes.items() if asked in names)
    # Where each room's contents stand now.
    places = Permutation(len(letters) - 1)
    for words in operations:
        if words[0] == "swap":
            first, second = letters.index(words[1]), letters.index(words[2])
            places = places * Permutation(first, second, size=len(letters))
        elif words[1] == asked:
            room = (places ** -1)(letters.index(words[3]))
    return letters[places(room)]


def judge(problem, solution):
    """None if every step is right, else why not."""
    puzzle = read(problem)
    if puzzle is None:
        return "the problem cannot be read"
    boxes, operations, asked = puzzle
    lines = solution.rstrip("\n").split("\n")
    if len(lines) != len(operations) + 1:
        return "not a line for each operation"
    for number, (words, line) in enumerate(zip(operations, lines), 1):
        if words[0] == "move":
            source = next(box for box, names in boxes.items() if words[1] in names)
            boxes[source].remove(words[1])
            boxes[words[3]].add(words[1])
            concerned = sorted([source, words[3]])
        else:
            concerned = words[1:]
            boxes[words[1]], boxes[words[2]] = boxes[words[2]], boxes[words[1]]
        right = "".join(f"{box}={{{','.join(sorted(boxes[box]))}}}" for box in concerned)
        claim = re.sub(r"^ *\d+ ?\) ?[a-z]+(?: from [\d, ]+)? ?: ?", "", line)
        if claim.replace(" ", "") != right:
            return f"line {number}: expected {right}"
    expected = answer(problem)
    found = next(box for box, names in boxes.items() if asked in names)
    if found != expected:
        return "the permutation disagrees with the sets"
    return None if lines[-1].replace(" ", "") == f"Answer:{found}" else "another box is the answer"
