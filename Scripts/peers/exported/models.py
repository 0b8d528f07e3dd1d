"""Models of random weights, one of each family and form of position that an export can hold."""
import transformers as t

SIZES = dict(
    hidden_size=96, intermediate_size=256, num_hidden_layers=4, num_attention_heads=6,
    num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=True,
    initializer_range=0.12, bos_token_id=None, eos_token_id=2, pad_token_id=0)
LLAMA3 = dict(
    rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=8192, rope_theta=10000.0)
LINEAR = dict(rope_type="linear", factor=4.0, rope_theta=10000.0)
YARN = dict(
    rope_type="yarn", factor=4.0, original_max_position_embeddings=128, rope_theta=10000.0)
PLAIN = dict(rope_type="default", rope_theta=10000.0)


def llama(vocabulary, **changes):
    return t.LlamaForCausalLM(t.LlamaConfig(
        **{**SIZES, "head_dim": 16, **changes}, vocab_size=vocabulary))


FAMILIES = {
    "llama": llama,
    "llama-llama3": lambda v: llama(v, rope_parameters=LLAMA3),
    "llama-linear": lambda v: llama(v, rope_parameters=LINEAR),
    "llama-yarn": lambda v: llama(v, rope_parameters=YARN),
    "llama-untied": lambda v: llama(v, tie_word_embeddings=False),
    "mistral": lambda v: t.MistralForCausalLM(t.MistralConfig(
        **SIZES, head_dim=16, sliding_window=None, vocab_size=v)),
    "qwen2": lambda v: t.Qwen2ForCausalLM(t.Qwen2Config(**SIZES, vocab_size=v)),
    "qwen3": lambda v: t.Qwen3ForCausalLM(t.Qwen3Config(**SIZES, head_dim=32, vocab_size=v)),
    "gpt2": lambda v: t.GPT2LMHeadModel(t.GPT2Config(
        vocab_size=v, n_embd=96, n_layer=4, n_head=6, n_positions=512, initializer_range=0.12,
        bos_token_id=None, eos_token_id=2, pad_token_id=0)),
    # llama.cpp knows one pattern of layers and one base of the local ones.
    "gemma3": lambda v: t.Gemma3ForCausalLM(t.Gemma3TextConfig(
        **{**SIZES, "num_hidden_layers": 6}, head_dim=32, query_pre_attn_scalar=32,
        sliding_window=16, vocab_size=v, layer_types=["sliding_attention"] * 5 + ["full_attention"],
        rope_parameters={
            "full_attention": dict(rope_type="default", rope_theta=1000000.0),
            "sliding_attention": PLAIN})),
}


def make(family, vocabulary):
    """Weights wide enough that greedy text varies, norms and biases that are not 1 and 0."""
    import torch

    torch.manual_seed(1)
    model = FAMILIES[family](vocabulary)
    with torch.no_grad():
        for name, values in model.named_parameters():
            if ("norm" in name or ".ln_" in name) and name.endswith("weight"):
                # Gemma multiplies by 1 + w.
                values.uniform_(0.5, 1.5).sub_(1.0 if family == "gemma3" else 0.0)
            elif name.endswith("bias"):
                values.uniform_(-0.2, 0.2)
    return model
