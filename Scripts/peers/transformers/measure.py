#!/usr/bin/env python3
"""`transformers` with a model of random weights or a .gguf file; one JSON object a measurement.

    python3 measure.py --config small --batch 16
    python3 measure.py --model SmolLM2-135M-Instruct.Q4_1.gguf --work label --peer tuned

generate: prompts of 32 tokens, 128 new ones each, sampled among the 50 likeliest, with the cache;
bf16 with all weights and the cache in bfloat16, or with autocast, which keeps both in float32.
label: a pass and its logits over sequences of 32 tokens; bf16 with autocast.
"""
import argparse
import pathlib
import sys

# Last, as this folder has the name of the package.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "pytorch"))
import ways

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import measuring
import shapes


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", choices=("stock", "tuned"), default="stock")
    parser.add_argument("--work", choices=("generate", "label"), default="generate")
    parser.add_argument("--config", choices=shapes.SHAPES, default="small")
    parser.add_argument("--model", type=pathlib.Path, help="a .gguf file instead")
    parser.add_argument("--bf16", action="store_true", help="bfloat16: label with autocast, generate"
                        " with weights and cache of it")
    parser.add_argument("--autocast", action="store_true", help="generate: autocast to bfloat16")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--prompt", type=int, default=32)
    parser.add_argument("--new", type=int, default=128)
    measuring.add_arguments(parser)
    return parser.parse_args()


def main():
    asked = arguments()
    ways.restart(asked.peer, asked.threads)
    import torch
    from transformers import (
        AutoModelForCausalLM, GenerationConfig, LlamaConfig, LlamaForCausalLM, __version__)

    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    shape = shapes.SHAPES[asked.config]
    if asked.model:
        model = AutoModelForCausalLM.from_pretrained(
            asked.model.parent, gguf_file=asked.model.name, dtype=torch.float32).eval()
        # A text may not end before the others do.
        model.generation_config.eos_token_id = None
    else:
        model = LlamaForCausalLM(LlamaConfig(
            vocab_size=shape.vocabulary, hidden_size=shape.hidden,
            intermediate_size=shape.intermediate, num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads, num_key_value_heads=shape.key_value_heads,
            max_position_embeddings=2048, rms_norm_eps=shape.norm_epsilon,
            tie_word_embeddings=True, bos_token_id=None, eos_token_id=None, pad_token_id=0)).eval()
    if asked.work == "generate" and asked.bf16:
        model = model.to(torch.bfloat16)
    prompts = torch.randint(1, model.config.vocab_size, (asked.batch, asked.prompt))
    settings = GenerationConfig(
        do_sample=True, top_k=50, max_new_tokens=asked.new, min_new_tokens=asked.new,
        use_cache=True, pad_token_id=0)

    @torch.inference_mode()
    def write():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=asked.autocast):
            found = model.generate(
                prompts, attention_mask=torch.ones_like(prompts), generation_config=settings)
        return found.shape[1] - asked.prompt

    @torch.inference_mode()
    def label():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=asked.bf16):
            return model(prompts).logits.shape[1]

    def label_rates(milliseconds, _):
        rate = prompts.numel() / milliseconds * 1000
        return {"tokens_per_second": rate, "rows_tokens_per_s": rate}

    def rates(milliseconds, written):
        if written != asked.new:
            raise SystemExit(f"wrote {written} tokens, not {asked.new}")
        return {"tokens_per_second": asked.batch * written / milliseconds * 1000}

    about = {
        "peer": asked.peer, "work": asked.work,
        **({"model": asked.model.name} if asked.model else {"config": shape.name}),
        "batch": asked.batch, "prompt": asked.prompt, "new": asked.new,
        "versions": {"transformers": __version__, "torch": torch.__version__},
    }
    if asked.work == "label":
        measuring.measure(asked, label, about, label_rates)
    else:
        measuring.measure(asked, write, about, rates)


if __name__ == "__main__":
    main()
