#!/usr/bin/env python3
"""Writes Tests/KernelsTests/Goldens/<op>.json: inputs, outputs and gradients of every kernel, by
PyTorch's autograd in float64 from float32 inputs.

    pip install torch transformers && python3 Scripts/goldens/kernels.py

Names of functions after it write the goldens of these alone; such functions seed themselves.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parents[2] / "Tests/KernelsTests/Goldens"
SEED = 20


def draw(*shape, scale=1.0):
    """float64 values that are exact float32 ones."""
    return (torch.randn(*shape, dtype=torch.float32) * scale).double().requires_grad_()


def write(op, **values):
    flat = {}
    for name, value in values.items():
        if isinstance(value, torch.Tensor):
            value = value.detach().flatten().tolist()
        flat[name] = value if isinstance(value, list) else [value]
    about = f"Scripts/goldens/kernels.py, torch {torch.__version__.split('+')[0]}, seed {SEED}"
    # JSON has no infinity: the tests read -1e30 as log 0.
    text = json.dumps({"about": about, "values": flat}).replace("-Infinity", "-1e30")
    (HERE / f"{op}.json").write_text(text + "\n")


def gradients(output, upstream, *inputs):
    return torch.autograd.grad(output, inputs, upstream)


def matrix_product():
    a, b, d = draw(5, 7), draw(7, 3), draw(5, 3)
    c = a @ b
    da, db = gradients(c, d, a, b)
    write("matrix-product", m=5, n=3, k=7, a=a, b=b, c=c, dC=d, dA=da, dB=db)


def embedding():
    table, d = draw(6, 5), draw(4, 5)
    tokens = torch.tensor([3, 0, 3, 5])
    y = F.embedding(tokens, table)
    (dtable,) = gradients(y, d, table)
    write("embedding", tokens=tokens, table=table, y=y, dY=d, dTable=dtable, width=5)


def rms_norm():
    x, w, d = draw(3, 19), draw(19), draw(3, 19)
    y = F.rms_norm(x, (19,), w, eps=1e-5)
    dx, dw = gradients(y, d, x, w)
    write("rms-norm", epsilon=1e-5, x=x, weight=w, y=y, dY=d, dX=dx, dWeight=dw)


def swiglu():
    g, u, d = draw(3, 17, scale=3), draw(3, 17), draw(3, 17)
    y = F.silu(g) * u
    dg, du = gradients(y, d, g, u)
    write("swiglu", width=17, gateUp=torch.cat([g, u], 1), y=y, dY=d,
          dGateUp=torch.cat([dg, du], 1))


def layer_norm():
    torch.manual_seed(SEED)
    x, w, b, d = draw(3, 19), draw(19), draw(19), draw(3, 19)
    y = F.layer_norm(x, (19,), w, b, eps=1e-5)
    dx, dw, db = gradients(y, d, x, w, b)
    write("layer-norm", epsilon=1e-5, x=x, weight=w, bias=b, y=y, dY=d, dX=dx, dWeight=dw,
          dBias=db)


def gelu():
    torch.manual_seed(SEED)
    g, u, d = draw(3, 17, scale=3), draw(3, 17), draw(6, 17)
    y = F.gelu(g, approximate="tanh") * u
    dg, du = gradients(y, d[:3], g, u)
    gate_up = torch.cat([g, u], 1)
    whole = gate_up.detach().requires_grad_()
    (dx,) = gradients(F.gelu(whole.flatten(), approximate="tanh"), d.flatten(), whole)
    write("gelu", width=17, gateUp=gate_up, dY=d, dX=dx, dGateUp=torch.cat([dg, du], 1))


def rotary_embedding():
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    heads, width, base = 2, 6, 10000.0
    positions = torch.tensor([0, 1, 5, 9])
    x, d = draw(4, heads, width), draw(4, heads, width)
    inverse = base ** (-torch.arange(0, width, 2).double() / width)
    angles = torch.outer(positions.double(), inverse)
    angles = torch.cat([angles, angles], 1)[None]
    q = x.transpose(0, 1)[None]
    y, _ = apply_rotary_pos_emb(q, q, angles.cos(), angles.sin())
    y = y[0].transpose(0, 1)
    (dx,) = gradients(y, d, x)
    write("rotary-embedding", heads=heads, headWidth=width, base=base, positions=positions, x=x,
          y=y, dY=d, dX=dx)


def attention():
    heads, groups, width, starts = 4, 2, 5, [0, 3, 10]
    x = draw(10, (heads + 2 * groups) * width)
    d = draw(10, heads * width)
    outputs = []
    for start, end in zip(starts, starts[1:]):
        q, k, v = x[start:end].split([heads * width, groups * width, groups * width], 1)
        q, k, v = (t.reshape(end - start, -1, width).transpose(0, 1)[None] for t in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        outputs.append(y[0].transpose(0, 1).reshape(end - start, -1))
    y = torch.cat(outputs)
    (dx,) = gradients(y, d, x)
    write("attention", heads=heads, keyValueHeads=groups, headWidth=width, rowStarts=starts,
          projected=x, y=y, dY=d, dProjected=dx)


def attention_window():
    torch.manual_seed(SEED)
    heads, groups, width, starts, window = 2, 1, 5, [0, 3, 12], 4
    x = draw(12, (heads + 2 * groups) * width)
    d = draw(12, heads * width)
    outputs = []
    for start, end in zip(starts, starts[1:]):
        q, k, v = x[start:end].split([heads * width, groups * width, groups * width], 1)
        q, k, v = (t.reshape(end - start, -1, width).transpose(0, 1)[None] for t in (q, k, v))
        place = torch.arange(end - start)
        age = place[:, None] - place[None]
        y = F.scaled_dot_product_attention(
            q, k, v, attn_mask=(age >= 0) & (age < window), enable_gqa=True)
        outputs.append(y[0].transpose(0, 1).reshape(end - start, -1))
    y = torch.cat(outputs)
    (dx,) = gradients(y, d, x)
    write("attention-window", heads=heads, keyValueHeads=groups, headWidth=width, window=window,
          rowStarts=starts, projected=x, y=y, dY=d, dProjected=dx)


def cross_entropy():
    V = 21
    x, weights = draw(4, V, scale=2), torch.tensor([1.0, 0.0, 2.0, 1.0]).double()
    tokens = torch.tensor([4, 20, 0, 7])
    for name, epsilon in (("hard", 0.0), ("smoothed", 0.125)):
        ce = F.cross_entropy(x, tokens, reduction="none", label_smoothing=epsilon)
        loss = (weights * ce).sum()
        (dx,) = gradients(loss, None, x)
        write(f"cross-entropy-{name}", vocabulary=V, logits=x, tokens=tokens, weights=weights,
              epsilon=epsilon, loss=loss, dLogits=dx)


def soft_cross_entropy():
    V = 21
    x, weights = draw(3, V, scale=2), torch.tensor([1.0, 0.0, 2.0]).double()
    tokens = torch.tensor([4, 20, 0])
    target = draw(3, V, scale=2).detach()
    target[0, 3] = target[2, 1] = target[2, 20] = -float("inf")
    logp = F.log_softmax(target, 1).float()
    for name, T, mix in (("plain", 1.0, 1.0), ("mixed", 2.0, 0.75)):
        p = F.softmax(logp.double() / T, 1)
        kl = F.kl_div(F.log_softmax(x / T, 1), p, reduction="none").sum(1)
        ce = F.cross_entropy(x, tokens, reduction="none")
        kl1 = F.kl_div(F.log_softmax(x, 1), F.softmax(logp.double(), 1), reduction="none").sum(1)
        loss = (weights * (mix * T * T * kl + (1 - mix) * ce)).sum()
        (dx,) = gradients(loss, None, x)
        write(f"soft-cross-entropy-{name}", vocabulary=V, logits=x, tokens=tokens,
              weights=weights, targets=logp.double(), temperature=T, mix=mix, loss=loss,
              crossEntropy=(weights * ce).sum(), divergence=(weights * kl1).sum(), dLogits=dx)


def reverse_divergence():
    torch.manual_seed(SEED)
    V, floor = 21, -12.0
    x, weights = draw(3, V, scale=2), torch.tensor([1.0, 0.0, 2.0]).double()
    tokens = torch.tensor([4, 20, 0])
    target = draw(3, V, scale=2).detach()
    target[0, 3] = target[2, 1] = target[2, 20] = -float("inf")
    logp = F.log_softmax(target, 1).float()
    floored = F.log_softmax(logp.double(), 1).clamp(min=floor)
    for name, T, mix in (("plain", 1.0, 1.0), ("mixed", 2.0, 0.75)):
        logq = F.log_softmax(x / T, 1)
        # kl_div(input, target) is KL(target || input).
        kl = F.kl_div(F.log_softmax(floored / T, 1), logq, reduction="none", log_target=True).sum(1)
        ce = F.cross_entropy(x, tokens, reduction="none")
        kl1 = F.kl_div(F.log_softmax(x, 1), F.softmax(logp.double(), 1), reduction="none").sum(1)
        loss = (weights * (mix * T * T * kl + (1 - mix) * ce)).sum()
        (dx,) = gradients(loss, None, x)
        write(f"reverse-divergence-{name}", vocabulary=V, logits=x, tokens=tokens,
              weights=weights, targets=logp.double(), temperature=T, mix=mix, floor=floor, loss=loss,
              crossEntropy=(weights * ce).sum(), divergence=(weights * kl1).sum(), dLogits=dx)


def mixture_divergence():
    torch.manual_seed(SEED)
    V = 21
    x, weights = draw(3, V, scale=2), torch.tensor([1.0, 0.0, 2.0]).double()
    tokens = torch.tensor([4, 20, 0])
    target = draw(3, V, scale=2).detach()
    target[0, 3] = target[2, 1] = target[2, 20] = -float("inf")
    logp = F.log_softmax(target, 1).float()
    kinds = {"jensen-shannon": 0.25, "skew-forward": 0.125, "skew-reverse": 0.125,
             "total-variation": 0.0}
    for kind, share in kinds.items():
        for name, T, mix in (("plain", 1.0, 1.0), ("mixed", 2.0, 0.75)):
            p, q = F.softmax(logp.double() / T, 1), F.softmax(x / T, 1)

            def kl(a, b):
                return (torch.xlogy(a, a) - torch.xlogy(a, b)).sum(1)

            if kind == "jensen-shannon":
                m = share * p + (1 - share) * q
                d = share * kl(p, m) + (1 - share) * kl(q, m)
            elif kind == "skew-forward":
                d = kl(p, share * p + (1 - share) * q)
            elif kind == "skew-reverse":
                d = kl(q, share * q + (1 - share) * p)
            else:
                d = (p - q).abs().sum(1) / 2
            size = T if kind == "total-variation" else T * T
            ce = F.cross_entropy(x, tokens, reduction="none")
            kl1 = F.kl_div(F.log_softmax(x, 1), F.softmax(logp.double(), 1), reduction="none").sum(1)
            loss = (weights * (mix * size * d + (1 - mix) * ce)).sum()
            (dx,) = gradients(loss, None, x)
            write(f"{kind}-{name}", vocabulary=V, logits=x, tokens=tokens, weights=weights,
                  targets=logp.double(), temperature=T, mix=mix, share=share, loss=loss,
                  crossEntropy=(weights * ce).sum(), divergence=(weights * kl1).sum(), dLogits=dx)


def entropy_routed():
    torch.manual_seed(SEED)
    V, floor, threshold = 21, -12.0, 2.2
    x, weights = draw(5, V, scale=2), torch.tensor([1.0, 0.0, 2.0, 1.0, 0.5]).double()
    tokens = torch.tensor([4, 20, 0, 7, 9])
    target = draw(5, V, scale=2).detach()
    target[0, 3] = target[2, 1] = target[2, 20] = -float("inf")
    target[3] *= 4
    target[4] /= 4
    logp = F.log_softmax(target, 1).float()
    floored = F.log_softmax(logp.double(), 1).clamp(min=floor)
    for name, judge, settled, T, mix in (
            ("teacher", "teacher", "reverse", 1.0, 1.0), ("mixed", "teacher", "reverse", 2.0, 0.75),
            ("student", "student", "reverse", 2.0, 0.75), ("hard", "teacher", "hard", 2.0, 0.75)):
        p = F.softmax((logp if judge == "teacher" else x.detach()).double(), 1)
        entropy = -torch.xlogy(p, p).sum(1)
        logq = F.log_softmax(x / T, 1)
        ce = F.cross_entropy(x, tokens, reduction="none")
        forward = F.kl_div(logq, F.softmax(logp.double() / T, 1), reduction="none").sum(1)
        reverse = F.kl_div(
            F.log_softmax(floored / T, 1), logq, reduction="none", log_target=True).sum(1)
        kl1 = F.kl_div(F.log_softmax(x, 1), F.softmax(logp.double(), 1), reduction="none").sum(1)
        opened = mix * T * T * forward + (1 - mix) * ce
        other = ce if settled == "hard" else mix * T * T * reverse + (1 - mix) * ce
        assert 0 < (entropy >= threshold).sum() < 5
        loss = (weights * torch.where(entropy >= threshold, opened, other)).sum()
        (dx,) = gradients(loss, None, x)
        write(f"entropy-routed-{name}", vocabulary=V, logits=x, tokens=tokens, weights=weights,
              targets=logp.double(), temperature=T, mix=mix, floor=floor, threshold=threshold,
              entropies=entropy, loss=loss, crossEntropy=(weights * ce).sum(),
              divergence=(weights * kl1).sum(), dLogits=dx)


def state_loss():
    torch.manual_seed(SEED)
    y, target = draw(4, 19), draw(4, 19).detach()
    weights = torch.tensor([1.0, 0.0, 2.0, 0.5]).double()
    for name, distance in (
            ("mse", ((y - target) ** 2).mean(1)),
            ("cosine", 1 - F.cosine_similarity(y, target, dim=1))):
        loss = (weights * distance).sum()
        (dy,) = gradients(loss, None, y)
        write(f"state-loss-{name}", width=19, y=y, target=target, weights=weights, loss=loss, dY=dy)


def relation_loss():
    torch.manual_seed(SEED)
    n, dx, dy = 9, 6, 10
    x, y = draw(n, dx, scale=2), draw(n, dy, scale=2).detach()
    weights = torch.tensor([0.0, 1.0, 1.0, 0.0, 2.0, 1.0, 0.5, 1.0, 1.0]).double()
    later = torch.ones(n, n).triu(1).bool()

    def relations(v):
        return F.log_softmax((v @ v.T / v.shape[1] ** 0.5).masked_fill(later, -float("inf")), 1)

    q, p = relations(x), relations(y)
    terms = torch.where(later, torch.zeros(()).double(), p.exp() * (p - q).masked_fill(later, 0))
    loss = (weights * terms.sum(1)).sum()
    (d,) = gradients(loss, None, x)
    write("relation-loss", rows=n, width=dx, teacherWidth=dy, x=x, y=y, weights=weights, loss=loss,
          dX=d)


def adamw():
    p, g = draw(19), [draw(19).detach() for _ in range(3)]
    start = p.detach().clone()
    settings = dict(lr=0.01, betas=(0.875, 0.9375), eps=1e-6, weight_decay=0.125)
    optimizer = torch.optim.AdamW([p], **settings)
    for gradient in g:
        p.grad = gradient.clone()
        optimizer.step()
    write("adamw", start=start, gradients=torch.stack(g), end=p, learningRate=0.01, beta1=0.875,
          beta2=0.9375, epsilon=1e-6, decay=0.125)


def gradient_norm():
    x = [draw(7, 3), draw(19)]
    for t in x:
        t.grad = t.detach().clone()
    before = torch.cat([t.detach().flatten() for t in x])
    norm = torch.nn.utils.clip_grad_norm_(x, 2.0)
    write("gradient-norm", gradients=before, largest=2.0, norm=norm,
          clipped=torch.cat([t.grad.flatten() for t in x]))


def log_softmax():
    x = draw(3, 33, scale=4)
    y = F.log_softmax(x, 1)
    half = y.float().half().view(torch.int16).int() & 0xFFFF
    write("log-softmax", vocabulary=33, x=x, y=y, half=half, yFloat=y.float().double())


def sparse_cross_entropy():
    torch.manual_seed(SEED)
    V, k = 21, 5
    x, weights = draw(3, V, scale=2), torch.tensor([1.0, 0.0, 2.0]).double()
    tokens = torch.tensor([4, 20, 0])
    logp = F.log_softmax(draw(3, V, scale=2).detach(), 1)
    ids = logp.topk(k, 1).indices.sort(1).values
    ids[2, 0] = 0  # the next token of row 2 is kept
    ids = ids.sort(1).values
    kept = torch.zeros(3, V, dtype=torch.bool).scatter(1, ids, True)
    logs = logp.gather(1, ids).float().double()
    odds = {}
    for T in (1.0, 2.0):
        p = F.softmax(logp / T, 1)
        odds[T] = ((p * ~kept).sum(1) / (p * kept).sum(1)).log().float().double()
    entropies = -(logp.exp() * logp).sum(1).float().double()

    def term(T, tail):
        """The loss of each row at temperature T."""
        logq = F.log_softmax(x / T, 1)
        share = torch.sigmoid(-odds[T])
        w = F.softmax(logs / T, 1)
        rest = 1 - share
        if tail == "draws":
            return -(logs.exp() * logq.gather(1, ids)).sum(1) - entropies
        target = torch.zeros(3, V).double().scatter(1, ids, w)
        if tail == "renormalise":
            return F.kl_div(logq, target, reduction="none").sum(1)
        target = target * share[:, None]
        if tail == "to-label":
            target = target + F.one_hot(tokens, V) * rest[:, None]
            return F.kl_div(logq, target, reduction="none").sum(1)
        # Ghost: the others are one outcome.
        logQ = logq.masked_fill(kept, -float("inf")).logsumexp(1)
        return F.kl_div(logq, target, reduction="none").sum(1) + rest * (rest.log() - logQ)

    for name, tail, T, mix in (
            ("ghost", "ghost", 1.0, 1.0), ("ghost-mixed", "ghost", 2.0, 0.75),
            ("renormalise", "renormalise", 1.0, 1.0), ("to-label", "to-label", 1.0, 1.0),
            ("to-label-mixed", "to-label", 2.0, 0.5), ("draws", "draws", 1.0, 0.75)):
        ce = F.cross_entropy(x, tokens, reduction="none")
        loss = (weights * (mix * T * T * term(T, tail) + (1 - mix) * ce)).sum()
        (dx,) = gradients(loss, None, x)
        write(f"sparse-{name}", vocabulary=V, k=k, logits=x, tokens=tokens, weights=weights, ids=ids,
              logs=logs, oddsAtOne=odds[1.0], oddsAtTwo=odds[2.0], entropies=entropies,
              temperature=T, mix=mix, loss=loss, crossEntropy=(weights * ce).sum(),
              divergence=(weights * term(1.0, tail)).sum(), dLogits=dx)


if __name__ == "__main__":
    torch.manual_seed(SEED)
    HERE.mkdir(parents=True, exist_ok=True)
    for op in (matrix_product, embedding, rms_norm, swiglu, rotary_embedding, attention,
               cross_entropy, soft_cross_entropy, adamw, gradient_norm, log_softmax,
               reverse_divergence, mixture_divergence, entropy_routed, state_loss, relation_loss,
               layer_norm, gelu, attention_window, sparse_cross_entropy):
        if len(sys.argv) == 1 or op.__name__ in sys.argv[1:]:
            op()
