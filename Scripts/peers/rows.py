"""The rows of the table: what is measured against whom, and what is claimed."""
import os
import pathlib

from actors import Absent, Ours, Peer
from goals import Goal, Row

HERE = pathlib.Path(__file__).resolve().parent
BF16 = ("--backend", "native", "--precision", "bfloat16")
BEST = ("best-eager", "best-compiled")
ROWS = "rows_tokens_per_s"
SMOLLM2 = HERE.parents[1] / "models" / "smollm2-135m-instruct-q4_1.gguf"


class Rows:
    """retort: our program. folder: where models and data for peers are made."""

    def __init__(self, retort, folder):
        self.retort, self.folder = retort, pathlib.Path(folder)

    def all(self):
        return [
            *(self.train(config) for config in ("tiny", "small", "base")),
            self.distil(), self.distil_row("topk"), self.distil_row("hidden"), self.label(),
            *(self.generate("small", batch) for batch in (1, 16, 64)),
            *(self.generate("base", batch) for batch in (1, 16, 64)),
            self.tokenizer("traces"), self.tokenizer("text"), self.shards(),
            *(self.threads(config) for config in ("tiny", "small", "base")), self.growth(),
            self.smollm2_label(), *(self.smollm2_generate(batch) for batch in (1, 16)),
        ]

    def ours(self, name, *arguments, named=None):
        return Ours(name, self.retort, arguments, named)

    def torch(self, peer, work, config, name=None):
        script = HERE / "pytorch" / "measure.py"
        return Peer(name or peer, [script, "--peer", peer, "--work", work, "--config", config])

    def train(self, config):
        work = ("train", "--config", config)
        goals = []
        # openblas and native over tuned, bf16 over tuned and over best.
        ours, own, tuned, best = {
            "tiny": (1.3, 1.35, 1.8, None), "small": (1.2, 1.35, 2.0, 1.4),
            "base": (1.05, 1.15, None, 1.1),
        }[config]
        for name, least in (("openblas", ours), ("native", own)):
            goals.append(Goal(f"train {config} fp32", name, ("tuned",), least=least))
        if config != "base":
            goals.append(Goal(f"train {config} fp32", "openblas", ("stock",), least=1.5))
            for name in ("openblas", "native"):
                goals.append(Goal(f"train {config} over products of its shapes", name,
                                  field="share_of_own_shapes", least=0.85))
        else:
            goals.append(Goal("train base memory, MiB", "openblas", ("tuned",),
                              field="peak_rss_mib", most=0.8))
        goals.append(Goal(f"train {config} bf16", "native bf16", ("tuned",), least=tuned))
        goals.append(Goal(f"train {config} bf16", "native bf16", BEST, least=best))
        return Row(f"train-{config}", (
            self.ours("openblas", *work), self.torch("stock", "train", config),
            self.ours("native", *work, "--backend", "native"),
            self.torch("tuned", "train", config), self.ours("native bf16", *work, *BF16),
            *(self.torch(peer, "train", config) for peer in BEST)), tuple(goals))

    def distil(self):
        """Our step towards stored labels over our hard step; PyTorch's beside it."""
        peers = [self.torch(peer, work, "small", f"{peer} {work}")
                 for peer in ("tuned", "best-compiled") for work in ("train", "distil-full")]
        # The first turn of each of the three batches touches its memory for the first time.
        return Row("distil-full", (
            self.ours("full", "distil", "--config", "small", "--targets", "full"), *peers), (
            Goal("distil small, full: time over a hard step", "full", field="ratio", most=1.1),
            *(Goal("the same in PyTorch, labels in memory", f"{peer} train",
                   (f"{peer} distil-full",)) for peer in ("tuned", "best-compiled"))),
            repetitions=9)

    def distil_row(self, targets):
        field = "ratio_with_product" if targets == "hidden" else "ratio"
        return Row(f"distil-{targets}", (
            self.ours(targets, "distil", "--config", "small", "--targets", targets),), (
            Goal(f"distil small, {targets}: time over a hard step", targets, field=field,
                 most=1.1),))

    def label(self):
        work = ("label", "--config", "small")
        plain = ("--compression", "none")
        return Row("label-small", (
            self.ours("openblas", *work), self.torch("tuned", "label", "small"),
            self.ours("native", *work, "--backend", "native"),
            self.torch("stock", "label", "small"), self.ours("native bf16", *work, *BF16),
            *(self.torch(peer, "label", "small") for peer in BEST),
            self.ours("openblas, plain", *work, *plain),
            self.ours("native, plain", *work, "--backend", "native", *plain),
            self.ours("native bf16, plain", *work, *BF16, *plain)), (
            Goal("label small fp32", "openblas", ("tuned",), least=1.25),
            Goal("label small fp32", "native", ("tuned",), least=1.4),
            Goal("label small fp32", "openblas", ("stock",)),
            Goal("label small bf16", "native bf16", BEST, least=1.8),
            # These inform; the goals are of the whole stage. Frames without entropy coding:
            Goal("label small fp32, compression: none", "openblas, plain", ("tuned",)),
            Goal("label small fp32, compression: none", "native, plain", ("tuned",)),
            Goal("label small bf16, compression: none", "native bf16, plain", BEST),
            # Forward, head, certificate and halves, before they are compressed, digested, written:
            Goal("the same, rows in memory, fp32", "openblas", ("tuned",), field=ROWS),
            Goal("the same, rows in memory, fp32", "native", ("tuned",), field=ROWS),
            Goal("the same, rows in memory, bf16", "native bf16", BEST, field=ROWS)))

    def generate(self, config, batch):
        work = ("generate", "--config", config, "--batch", str(batch))
        actors = [self.ours("fp32", *work), self.ours("bf16", *work, *BF16),
                  self.ours("q8_0", *work, "--precision", "q8_0")]
        programs = self.folder / "llama-cpp" / "bin"
        types = ("f32", "bf16", "q8_0")
        for kind in types:
            name = f"llama.cpp {kind}"
            if os.path.exists(programs / "llama-batched-bench"):
                actors.append(Peer(name, [
                    HERE / "llama-cpp" / "measure.py", "--programs", programs, "--config", config,
                    "--type", kind, "--batch", batch]))
            else:
                actors.append(Absent(name, "not built: Scripts/peers/llama-cpp/build"))
        # A batch of 64 of the large model takes transformers minutes.
        ways = ("stock", "tuned") if batch < 64 or config == "small" else ()
        actors += [
            Peer(f"transformers {way}", [
                HERE / "transformers" / "measure.py", "--peer", way, "--config", config,
                "--batch", batch]) for way in ways]
        title = f"generate {config}, batch {batch}"
        if config == "small":
            # Their best: weights and cache in bfloat16, faster than autocast.
            actors.append(Peer("transformers bf16", [
                HERE / "transformers" / "measure.py", "--peer", "tuned", "--config", config,
                "--batch", batch, "--bf16"]))
            least = {1: 10, 16: 3, 64: 4}[batch]
            goals = [Goal(title, "fp32", ("transformers stock", "transformers tuned"), least=least),
                     Goal(title, "bf16", ("transformers bf16",), least=least)]
            ahead = None if batch == 1 else 1.0
        else:
            goals = []
            ahead = 1.0 if batch == 1 else 1.5
        for name, kind in zip(("fp32", "bf16", "q8_0"), types):
            claimed = ahead if kind != "q8_0" else None
            goals.append(Goal(title, name, (f"llama.cpp {kind}",), least=claimed))
        return Row(
            f"generate-{config}-{batch}", tuple(actors), tuple(goals),
            repetitions=5 if config == "small" else 1)

    def smollm2_label(self):
        """A pass, its readout and rows; ours in rows that labels are made of."""
        work = ("label", "--model", str(SMOLLM2), "--set", "length=32")
        script = HERE / "transformers" / "measure.py"
        arguments = [script, "--model", SMOLLM2, "--work", "label", "--batch", 16]
        goals = [Goal("label SmolLM2 fp32: rows", name, peers, field=ROWS, least=least)
                 for name, peers, least in (("openblas", ("transformers tuned",), 1.25),
                                            ("native", ("transformers tuned",), 1.4))]
        return Row("smollm2-label", self.of_smollm2(
            self.ours("openblas", *work), self.ours("native", *work, "--backend", "native"),
            self.ours("native bf16", *work, *BF16),
            *(Peer(f"transformers {way}", [*arguments, "--peer", way]) for way in ("stock", "tuned")),
            Peer("transformers bf16", [*arguments, "--peer", "tuned", "--bf16"])), (
            *goals, Goal("label SmolLM2 bf16: rows", "native bf16", ("transformers bf16",),
                         field=ROWS, least=1.8),
            *(Goal("label SmolLM2, whole stage with `full`", name, ("transformers tuned",))
              for name in ("openblas", "native", "native bf16"))), repetitions=1, long=True)

    def smollm2_generate(self, batch):
        """The same file in all three; llama.cpp also with what we make of it in F32."""
        work = ("generate", "--model", str(SMOLLM2), "--batch", str(batch))
        programs = self.folder / "llama-cpp" / "bin"
        wide = self.folder / "smollm2-f32.gguf"
        measure = [HERE / "llama-cpp" / "measure.py", "--programs", programs, "--batch", batch]
        peers = [Peer(f"transformers {way}", [
            HERE / "transformers" / "measure.py", "--model", SMOLLM2, "--peer", way, "--batch",
            batch]) for way in ("stock", "tuned")]
        if os.path.exists(programs / "llama-batched-bench"):
            peers += [
                Peer("llama.cpp q4_1", [*measure, "--model", SMOLLM2]),
                Peer("llama.cpp f32", [*measure, "--model", wide], before=None if wide.exists() else [
                    self.retort, "model", "export", SMOLLM2, "--format", "gguf", "--type", "f32",
                    "-o", wide])]
        else:
            peers.append(Absent("llama.cpp", "not built: Scripts/peers/llama-cpp/build"))
        title = f"generate SmolLM2, batch {batch}"
        least = 1.0 if batch == 1 else 1.5
        return Row(f"smollm2-generate-{batch}", self.of_smollm2(
            *(self.ours(precision, *work, "--precision", precision)
              for precision in ("float32", "stored", "q8_0", "bfloat16")), *peers), (
            Goal(title, "float32", ("transformers stock", "transformers tuned")),
            Goal(title, "float32", ("llama.cpp f32",), least=least),
            Goal(title, "stored", ("llama.cpp q4_1",)), Goal(title, "q8_0", ("llama.cpp q4_1",)),
            Goal(title, "bfloat16", ("llama.cpp f32",))), repetitions=1, long=True)

    def of_smollm2(self, *actors):
        """The actors, where the model is there."""
        if SMOLLM2.exists():
            return actors
        return tuple(Absent(actor.name, "no model: Scripts/fetch-smollm2") for actor in actors)

    def tokenizer(self, kind):
        kept = self.folder / f"tokenizer-{kind}"
        arguments = ["tokenizer", "--keep", str(kept)]
        if kind == "text":
            arguments += ["--text", str(self.folder / "text.txt"), "--vocab-size", "16384"]
        return Row(f"tokenizer-{kind}", (
            self.ours("encode", *arguments),
            Peer("tokenizers", [HERE / "tokenizers" / "measure.py", kept])), (
            Goal(f"tokenizer, {kind}: MB/s", "encode", least=10),
            Goal(f"tokenizer, {kind}: MB/s", "encode", ("tokenizers",))))

    def shards(self):
        kept = self.folder / "shards"
        script = HERE / "webdataset" / "measure.py"

        def named(line):
            return f"{line['config']} {line['figures']['shard_threads']}"

        def peer(name, *arguments):
            return Peer(name, [script, kept / "set", *arguments])

        return Row("shards", (
            self.ours("shards", "shards", "--keep", str(kept), named=named),
            peer("zstd -d", "--work", "zstd"),
            peer("zstd -d --no-asyncio", "--work", "zstd-single"), peer("WebDataset read", "--work", "read"),
            peer("WebDataset write 1", "--work", "write", "--threads", 1),
            peer("WebDataset write 2", "--work", "write", "--threads", 2)), (
            Goal("archives read, one thread: MB/s", "read 1", ("zstd -d",), least=0.65),
            Goal("archives read, one thread: MB/s", "read 1", ("zstd -d --no-asyncio",),
                 least=0.65),
            Goal("archives read, one thread: MB/s", "read 1", ("WebDataset read",), least=3),
            Goal("archives read, two threads over one", "read 2", ("read 1",), least=1.8),
            Goal("archives write, two threads: MB/s", "write 2",
                 ("WebDataset write 1", "WebDataset write 2"), least=2.5)))

    def threads(self, config):
        least = 1.7 if config == "base" else 1.85
        return Row(f"threads-{config}", tuple(
            self.ours(f"{threads} thread{'s' * (threads > 1)}", "train", "--config", config,
                      "--threads", str(threads)) for threads in (1, 2)), (
            Goal(f"train {config}, two threads over one", "2 threads", ("1 thread",),
                 least=least),))

    def growth(self):
        return Row("growth", (
            self.ours("tiny", "train", "--config", "tiny", "--steps", "10000"),), (
            Goal("train tiny: rate of the last thousand steps over the first", "tiny",
                 field="last_over_first", least=0.95, most=1.05),), long=True)
