"""llama.cpp through `probe`, one process a model."""
import os
import struct
import subprocess

import numpy


class Llama:
    def __init__(self, program, model, threads=2):
        self.process = subprocess.Popen(
            [program, os.fspath(model), str(threads)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.vocabulary, self.eos = self._read("<ii")

    def _read(self, form):
        return struct.unpack(form, self._bytes(struct.calcsize(form)))

    def _bytes(self, count):
        data = self.process.stdout.read(count)
        if len(data) != count:
            raise SystemExit(f"llama.cpp ended with {self.process.wait()}")
        return data

    def _ask(self, kind, *parts):
        self.process.stdin.write(kind + b"".join(parts))
        self.process.stdin.flush()

    @staticmethod
    def _packed(ids):
        return struct.pack("<i", len(ids)) + numpy.asarray(ids, "<i4").tobytes()

    def logits(self, ids):
        """(T, V) of float32."""
        self._ask(b"L", self._packed(ids))
        data = self._bytes(4 * len(ids) * self.vocabulary)
        return numpy.frombuffer(data, "<f4").reshape(len(ids), self.vocabulary)

    def greedy(self, ids, count):
        self._ask(b"G", self._packed(ids), struct.pack("<i", count))
        return list(self._read(f"<{count}i"))

    def tokenize(self, text):
        self._ask(b"T", struct.pack("<i", len(text)), text)
        return list(self._read(f"<{self._read('<i')[0]}i"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
