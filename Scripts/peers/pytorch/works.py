"""The pieces of work that are timed: each is made once, then called once a repetition."""
import contextlib

import torch

import losses
from model import Decoder

LEARNING_RATE, BETAS, EPSILON, DECAY, LARGEST_NORM = 1e-4, (0.9, 0.95), 1e-8, 0.1, 1.0


def optimizer_of(model):
    """AdamW in one fused pass; norms' weights are not decayed."""
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() != 2]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=BETAS, eps=EPSILON, fused=True)


def precision(bf16):
    if not bf16:
        return contextlib.nullcontext()
    return torch.autocast("cpu", dtype=torch.bfloat16)


class Step:
    """Forward, backward, clipping, update. `kind`: hard, full or top."""

    def __init__(self, shape, kind="hard", bf16=False, compiled="", model=None):
        self.shape, self.kind, self.bf16 = shape, kind, bf16
        self.model = model or Decoder(shape)
        self.optimizer = optimizer_of(self.model)
        stream = torch.Generator().manual_seed(1)
        V, rows = shape.vocabulary, shape.tokens
        drawn = torch.randint(V, (rows + 1,), generator=stream)
        self.tokens = drawn[:-1].view(shape.sequences, shape.length)
        self.following = drawn[1:]
        if kind != "hard":
            logits = 3 * torch.randn(rows, V, generator=stream)
            if kind == "full":
                self.stored = torch.log_softmax(logits, -1).half()
            else:
                self.stored = losses.top_labels(logits)
        self.forward = self.loss
        if compiled == "model":
            self.forward = torch.compile(self.loss)
        elif compiled == "blocks":
            for block in self.model.blocks:
                block.compile()

    def loss(self):
        with precision(self.bf16):
            logits = self.model(self.tokens)
            if self.kind == "hard":
                return losses.hard(logits, self.following)
            if self.kind == "full":
                return losses.full(logits, self.following, self.stored)
            return losses.top(logits, *self.stored)

    def __call__(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.forward()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_NORM)
        self.optimizer.step()
        return loss.item()


class Labelling:
    """Forward to what is stored: the likeliest tokens as float16 probabilities."""

    def __init__(self, shape, bf16=False, compiled=""):
        self.shape, self.bf16 = shape, bf16
        self.model = Decoder(shape)
        stream = torch.Generator().manual_seed(1)
        self.tokens = torch.randint(
            shape.vocabulary, (shape.sequences, shape.length), generator=stream)
        self.forward = torch.compile(self.labels) if compiled else self.labels

    def labels(self):
        with precision(self.bf16):
            logits = self.model(self.tokens)
        return losses.top_labels(logits)

    @torch.no_grad()
    def __call__(self):
        indices, probabilities = self.forward()
        return float(probabilities[0, 0])


def work_named(name, shape, bf16, compiled):
    if name == "label":
        return Labelling(shape, bf16, compiled)
    kind = {"train": "hard", "distil-full": "full", "distil-top": "top"}[name]
    return Step(shape, kind, bf16, compiled)
