"""Losses over (rows, V) logits, means over the rows, in nats."""
import torch
import torch.nn.functional as F

KEPT = 64


def hard(logits, following):
    return F.cross_entropy(logits, following)


def full(logits, following, stored, temperature=2.0, mix=1.0):
    """Against stored float16 logarithms of whole distributions:

        mix T^2 KL(p_T || q_T) + (1 - mix) CE
    """
    target = F.log_softmax(stored.float() / temperature, -1)
    found = F.log_softmax(logits.float() / temperature, -1)
    divergence = F.kl_div(found, target, reduction="batchmean", log_target=True)
    loss = mix * temperature**2 * divergence
    return loss if mix == 1 else loss + (1 - mix) * hard(logits, following)


def top(logits, indices, probabilities):
    """Against the stored likeliest tokens, what is left being one class of its own:

        -sum_k p[k] log q[k] - (1 - sum_k p[k]) log(1 - sum_k q[k])
    """
    found = F.log_softmax(logits.float(), -1).gather(1, indices.long())
    kept = probabilities.float()
    tail = (1 - kept.sum(1)).clamp_min(0)
    rest = (1 - found.exp().sum(1)).clamp_min(1e-20)
    return -((kept * found).sum(1) + tail * rest.log()).mean()


def top_labels(logits):
    """What labelling stores of (rows, V) logits: indices and float16 probabilities."""
    values, indices = torch.softmax(logits.float(), -1).topk(KEPT, -1)
    return indices.int(), values.half()
