"""Who is measured: our program, run anew each turn, and peers that stay warm between theirs."""
import json
import subprocess
import sys
import tempfile

RATES = ("encode_mb_per_s", "mb_per_s", "mb_per_second", "tokens_per_s", "tokens_per_second")


class Missing(Exception):
    """Why an actor cannot be measured here."""


def with_rate(figures):
    """Figures with what is compared, more being better, under one name."""
    for key in RATES:
        if key in figures:
            return {**figures, "rate": figures[key]}
    return figures


def reason(errors):
    lines = [line.strip() for line in errors.strip().splitlines() if line.strip()]
    # Usage messages lead with the error, tracebacks close with it.
    told = [line for line in lines if line.lower().startswith("error")] or lines[-1:] or ["failed"]
    return told[0].removeprefix("Error: ")[:160]


class Ours:
    """`retort bench …`. `named` gives each line of its output a name; None passes a line over."""

    def __init__(self, name, retort, arguments, named=None):
        self.name, self.named = name, named or (lambda line: name)
        self.command = [retort, "bench", *arguments, "--json"]

    def start(self):
        pass

    def turn(self, repetitions):
        command = [*self.command, "--repetitions", str(repetitions)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Missing(reason(run.stderr))
        lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        return {name: with_rate(line["figures"]) for line in lines if (name := self.named(line))}

    def stop(self):
        pass


class Peer:
    """A script of ours beside this one, in a process of its own that answers line by line."""

    def __init__(self, name, command, before=None):
        """before: a command that makes what this one reads."""
        self.name, self.command, self.process = name, [sys.executable, *map(str, command)], None
        self.before = before and [*map(str, before)]

    def start(self):
        if self.before:
            made = subprocess.run(self.before, capture_output=True, text=True, check=False)
            if made.returncode != 0:
                raise Missing(reason(made.stderr))
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*self.command, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True)
        self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.process.wait()
        self.errors.seek(0)
        raise Missing(reason(self.errors.read()))

    def turn(self, repetitions):
        try:
            self.process.stdin.write(f"{repetitions}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Missing("it stopped") from None
        return {self.name: with_rate(self.answer())}

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait()


class Absent:
    """Stands for a peer that cannot be run at all."""

    def __init__(self, name, why):
        self.name, self.why = name, why

    def start(self):
        raise Missing(self.why)

    def stop(self):
        pass
