"""Retort's decoder in PyTorch: RMSNorm, rotary embedding of half-split pairs, grouped-query
attention, SwiGLU, and a readout tied to the embedding.

Written to be fast in PyTorch: queries, keys and values are one product, so are gate and up;
attention is the fused kernel, and norms are.
"""
import torch
import torch.nn.functional as F
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotary_table(length, width, base):
    """Cosines and sines, (length, width / 2): the angle of position t and pair i is
    t * base^(-2 i / width)."""
    frequency = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), frequency)
    return angles.cos().float(), angles.sin().float()


def rotate(x, cosines, sines):
    """Turns coordinates i and i + D/2 of every head; x is (B, H, T, D)."""
    a, b = x.chunk(2, -1)
    cosines, sines = cosines.to(x.dtype), sines.to(x.dtype)
    return torch.cat((a * cosines - b * sines, b * cosines + a * sines), -1)


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads, self.groups, self.width = shape.heads, shape.key_value_heads, shape.width
        rows = (self.heads + 2 * self.groups) * self.width
        self.projections = nn.Linear(shape.hidden, rows, bias=False)
        self.output = nn.Linear(self.heads * self.width, shape.hidden, bias=False)

    def forward(self, x, cosines, sines):
        B, T, _ = x.shape
        all_heads = self.projections(x).view(B, T, -1, self.width).transpose(1, 2)
        turned, v = all_heads.split((self.heads + self.groups, self.groups), 1)
        q, k = rotate(turned, cosines, sines).split((self.heads, self.groups), 1)
        y = F.scaled_dot_product_attention(
            q, k, v, is_causal=True, enable_gqa=self.heads != self.groups)
        return self.output(y.transpose(1, 2).reshape(B, T, -1))


class SwiGLU(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_up = nn.Linear(shape.hidden, 2 * shape.intermediate, bias=False)
        self.down = nn.Linear(shape.intermediate, shape.hidden, bias=False)

    def forward(self, x):
        gate, up = self.gate_up(x).chunk(2, -1)
        return self.down(F.silu(gate) * up)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_norm = RMSNorm(shape.hidden, shape.norm_epsilon)
        self.attention = Attention(shape)
        self.middle_norm = RMSNorm(shape.hidden, shape.norm_epsilon)
        self.feed_forward = SwiGLU(shape)

    def forward(self, x, cosines, sines):
        x = x + self.attention(self.input_norm(x), cosines, sines)
        return x + self.feed_forward(self.middle_norm(x))


class Decoder(nn.Module):
    """Tokens (B, T) to logits (B T, V)."""

    def __init__(self, shape):
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary, shape.hidden)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.hidden, shape.norm_epsilon)
        cosines, sines = rotary_table(shape.length, shape.width, shape.rotary_base)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02)

    def forward(self, tokens):
        T = tokens.shape[1]
        cosines, sines = self.cosines[:T], self.sines[:T]
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, cosines, sines)
        return F.linear(self.norm(x).flatten(0, 1), self.embedding.weight)


def load(model, tensors):
    """Copies weights of Hugging Face's names; fails on one that is missing or left over."""
    left = dict(tensors)
    left.pop("lm_head.weight", None)  # Some writers repeat the tied readout.

    def fill(parameter, *names):
        with torch.no_grad():
            parameter.copy_(torch.cat([left.pop(name).float() for name in names]))

    fill(model.embedding.weight, "model.embed_tokens.weight")
    fill(model.norm.weight, "model.norm.weight")
    for index, block in enumerate(model.blocks):
        prefix = f"model.layers.{index}."
        fill(block.input_norm.weight, prefix + "input_layernorm.weight")
        fill(block.middle_norm.weight, prefix + "post_attention_layernorm.weight")
        fill(block.attention.projections.weight,
             *(f"{prefix}self_attn.{part}_proj.weight" for part in "qkv"))
        fill(block.attention.output.weight, prefix + "self_attn.o_proj.weight")
        fill(block.feed_forward.gate_up.weight,
             *(f"{prefix}mlp.{part}_proj.weight" for part in ("gate", "up")))
        fill(block.feed_forward.down.weight, prefix + "mlp.down_proj.weight")
    if left:
        raise SystemExit(f"tensors that the model has no place for: {', '.join(sorted(left))}")
