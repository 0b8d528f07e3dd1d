"""Judges `expression` with sympy: each line must have the value of the problem, and be the line before
with one operation done. The reading is Python's own (`ast`), the arithmetic sympy's."""

import ast
import re

_TEXT = re.compile(r"[0-9+\-*/^() ]+", re.ASCII)
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}


def _tree(text):
    """Nested tuples (sign, left, right) and numbers; None for anything else."""
    if not _TEXT.fullmatch(text) or len(text) > 2000:
        return None
    if re.search(r"\d +\d|\*\s*\*|//", text):
        return None
    try:
        node = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None

    def walk(node):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = walk(node.operand)
            return -inner if isinstance(inner, int) and inner > 0 else None
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            left, right = walk(node.left), walk(node.right)
            if left is None or right is None:
                return None
            return (_SIGNS[type(node.op)], left, right)
        return None

    return walk(node)


def _value(tree):
    """sympy's exact value; None where a division leaves something or a value has ten digits."""
    from sympy import Integer, Rational

    if isinstance(tree, int):
        return Integer(tree)
    sign, left, right = tree
    a, b = _value(left), _value(right)
    if a is None or b is None:
        return None
    if sign == "/":
        if b == 0:
            return None
        value = Rational(a, b)
    elif sign == "^":
        if not 2 <= b <= 9:
            return None
        value = a**b
    else:
        value = {"+": a + b, "-": a - b, "*": a * b}[sign]
    return value if value.is_Integer and abs(value) < 10**9 else None


def _reductions(tree):
    """Every tree with one operation on two numbers replaced by its value."""
    if isinstance(tree, int):
        return
    sign, left, right = tree
    if isinstance(left, int) and isinstance(right, int):
        value = _value(tree)
        if value is not None:
            yield int(value)
        return
    for other in _reductions(left):
        yield (sign, other, right)
    for other in _reductions(right):
        yield (sign, left, other)


def answer(problem: str) -> str | None:
    tree = _tree(problem.removesuffix("\n"))
    if tree is None or isinstance(tree, int):
        return None
    value = _value(tree)
    return None if value is None else str(value)


def judge(problem: str, solution: str) -> str | None:
    right = answer(problem)
    if right is None:
        return "unreadable problem"
    tree = _tree(problem.removesuffix("\n"))
    lines = solution.removesuffix("\n").split("\n")
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+(?: from \d+)?: ", "", line)
        next_tree = _tree(line)
        if next_tree is None:
            return f"line {number}: unreadable"
        if next_tree not in _reductions(tree):
            return f"line {number}: not one operation of the line before replaced"
        tree = next_tree
    if not isinstance(tree, int):
        return "the steps do not end with a number"
    if re.sub(" ", "", lines[-1]) != f"Answer:{right}":
        return f"expected Answer: {right}"
    return None
