#!/usr/bin/env python3
"""Holds `retort model perplexity` to the recipe of transformers and to the way of llama-perplexity.

    pip install torch transformers tokenizers numpy
    Scripts/peers/transformers/perplexity.py RETORT

For tiny random models whose tokenizer puts a token in front of a text and for one whose does not:
the recipe "Perplexity of fixed-length models" of the documentation, run as it stands there, and the
loop of tools/perplexity/perplexity.cpp written out over the logits of transformers. Exit 1 where a
figure is more than 1e-4 nats a token away.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM
from transformers import PreTrainedTokenizerFast

TEXT = "The river runs to the sea, and the sea to the river. " * 12


def make(folder, adds_beginning):
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<s>": 0, "</s>": 1} | {c: i + 2 for i, c in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    if adds_beginning:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", 0)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=258, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128,
        bos_token_id=0, eos_token_id=1, initializer_range=0.3)
    LlamaForCausalLM(config).save_pretrained(folder)


def recipe(model, encodings, max_length, stride):
    """https://huggingface.co/docs/transformers/perplexity"""
    seq_len = encodings.input_ids.size(1)
    nll_sum, n_tokens, prev_end_loc = 0.0, 0, 0
    for begin_loc in range(0, seq_len, stride):
        end_loc = min(begin_loc + max_length, seq_len)
        trg_len = end_loc - prev_end_loc
        input_ids = encodings.input_ids[:, begin_loc:end_loc]
        target_ids = input_ids.clone()
        target_ids[:, :-trg_len] = -100
        with torch.no_grad():
            neg_log_likelihood = model(input_ids, labels=target_ids).loss
        num_valid_tokens = (target_ids != -100).sum().item()
        num_loss_tokens = num_valid_tokens - target_ids.size(0)
        if num_loss_tokens > 0:
            nll_sum += neg_log_likelihood.double().item() * num_loss_tokens
            n_tokens += num_loss_tokens
        prev_end_loc = end_loc
        if end_loc == seq_len:
            break
    return nll_sum / n_tokens


def llama_cpp(model, ids, n_ctx, bos):
    first = n_ctx // 2
    nll, count = 0.0, 0
    for chunk in range(len(ids) // n_ctx):
        tokens = list(ids[chunk * n_ctx:(chunk + 1) * n_ctx])
        truth = list(tokens)
        if bos is not None:
            tokens[0] = bos
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0].double().log_softmax(-1)
        for j in range(first, n_ctx - 1):
            nll -= logits[j, truth[j + 1]].item()
            count += 1
    return nll / count


def main():
    retort = sys.argv[1]
    worst = 0.0
    for adds_beginning in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            make(folder, adds_beginning)
            text = pathlib.Path(folder) / "text.txt"
            text.write_text(TEXT)
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
            tokenizer = AutoTokenizer.from_pretrained(folder)
            encodings = tokenizer(TEXT, return_tensors="pt")
            ids = encodings.input_ids[0].tolist()

            def ours(*options):
                line = subprocess.run(
                    [retort, "model", "perplexity", folder, str(text), "--json", *options],
                    check=True, capture_output=True, text=True).stdout
                return json.loads(line)["nll"]

            for context in (16, 50, 128):
                for stride in sorted({7, context // 2, context}):
                    if stride > context:
                        continue
                    expected = recipe(model, encodings, context, stride)
                    found = ours("--like", "transformers", "--context", str(context), "--stride",
                                 str(stride))
                    worst = max(worst, abs(found - expected))
                    print(f"transformers {context}/{stride}: {found:.6f} {expected:.6f}")
                expected = llama_cpp(model, ids, context, 0 if adds_beginning else None)
                found = ours("--like", "llama.cpp", "--context", str(context))
                worst = max(worst, abs(found - expected))
                print(f"llama.cpp {context}: {found:.6f} {expected:.6f}")
    print(f"largest difference: {worst:.2e} nats a token")
    sys.exit(worst > 1e-4)


if __name__ == "__main__":
    main()
