"""The configurations of the families whose tokenizers are read, for the `tokenizers` library.

`build(name, vocab)` trains a vocabulary under a family's configuration; `configure(name, tok)` puts
the family's parts around a model. The parts are those of the families' own tokenizer.json files.
"""
import tokenizers
from tokenizers import (AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
BEFORE = r"[^\r\n\p{L}\p{N}]?"
TEKKEN = (f"{BEFORE}{UPPER}*{LOWER}+|{BEFORE}{UPPER}+{LOWER}*" r"|\p{N}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPACE = "\u2581"


def byte_level(use_regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


def split(expression):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(expression), "isolated", invert=False), byte_level()])


def specials(*texts):
    return [AddedToken(text, special=True, normalized=False) for text in texts]


# name: special tokens, other added tokens, parts
FAMILIES = {
    "smollm2": dict(
        special=specials("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        pre=pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), byte_level(True)])),
    "gpt2": dict(special=specials("<|endoftext|>"), pre=byte_level(True),
                 post=processors.ByteLevel(trim_offsets=False)),
    "llama3": dict(
        special=specials("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>",
                         "<|end_header_id|>", "<|eot_id|>"),
        pre=split(LLAMA3), ignore_merges=True, begin="<|begin_of_text|>"),
    "qwen2": dict(
        special=specials("<|endoftext|>", "<|im_start|>", "<|im_end|>"), pre=split(QWEN2),
        normalizer=normalizers.NFC(), post=processors.ByteLevel(trim_offsets=False)),
    "qwen3": dict(
        special=specials("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        added=[AddedToken(text, special=False, normalized=False)
               for text in ("<tool_call>", "</tool_call>", "<think>", "</think>")],
        pre=split(QWEN2), normalizer=normalizers.NFC(),
        post=processors.ByteLevel(trim_offsets=False)),
    "tekken": dict(
        special=specials("<unk>", "<s>", "</s>", "[INST]", "[/INST]"), pre=split(TEKKEN),
        ignore_merges=True, begin="<s>"),
    "llama2": dict(
        special=specials("<unk>", "<s>", "</s>"), fallback=True, begin="<s>",
        normalizer=normalizers.Sequence(
            [normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)]),
        decoder=decoders.Sequence(
            [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(),
             decoders.Strip(" ", 1, 0)])),
    # As transformers writes Llama and Mistral anew: a space before the text alone.
    "mistral": dict(
        special=specials("<unk>", "<s>", "</s>", "[INST]", "[/INST]"), fallback=True, begin="<s>",
        pre=pre_tokenizers.Metaspace(SPACE, prepend_scheme="first", split=False),
        decoder=decoders.Sequence(
            [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(),
             decoders.Strip(" ", 1, 0)])),
    "gemma": dict(
        special=specials("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"),
        added=[AddedToken("\n" * n, special=False, normalized=False) for n in range(2, 6)],
        fallback=True, begin="<bos>", normalizer=normalizers.Replace(" ", SPACE),
        pre=pre_tokenizers.Split(" ", "merged_with_previous", invert=False),
        decoder=decoders.Sequence(
            [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])),
}


def configure(name, tok):
    """Puts a family's parts around a tokenizer that has its model."""
    family = FAMILIES[name]
    if "normalizer" in family:
        tok.normalizer = family["normalizer"]
    if "pre" in family:
        tok.pre_tokenizer = family["pre"]
    tok.decoder = family.get("decoder", decoders.ByteLevel())
    tok.add_special_tokens(family["special"])
    tok.add_tokens(family.get("added", []))
    if "begin" in family:
        begin = family["begin"]
        template = processors.TemplateProcessing(
            single=f"{begin} $A", pair=f"{begin} $A {begin}:1 $B:1",
            special_tokens=[(begin, tok.token_to_id(begin))])
        tok.post_processor = template if family.get("fallback") else processors.Sequence(
            [processors.ByteLevel(trim_offsets=False), template])
    elif "post" in family:
        tok.post_processor = family["post"]
    return tok


def score_merges(vocab, skipped):
    """All merges of a vocabulary whose order is that of its ids, as transformers finds them."""
    merges = []
    for text, number in sorted(vocab.items(), key=lambda item: item[1]):
        if text in skipped:
            continue
        local = [(text[:i], text[i:]) for i in range(1, len(text))
                 if text[:i] in vocab and text[i:] in vocab
                 and text[:i] not in skipped and text[i:] not in skipped]
        merges += sorted(local, key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))
    return merges


def build(name, texts, size):
    """A tokenizer of a family with a vocabulary learnt from `texts`."""
    family = FAMILIES[name]
    special = [str(token.content) for token in family["special"]]
    if not family.get("fallback"):
        tok = tokenizers.Tokenizer(models.BPE(ignore_merges=family.get("ignore_merges", False)))
        if "normalizer" in family:
            tok.normalizer = family["normalizer"]
        tok.pre_tokenizer = family["pre"]
        tok.train_from_iterator(texts, trainers.BpeTrainer(
            vocab_size=size, min_frequency=2, special_tokens=special, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        return configure(name, tok)
    # SentencePiece: words with a visible space before them, bytes as a last resort, and the merges
    # that the order of the learnt tokens implies.
    learner = tokenizers.Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, prepend_scheme="first", split=True)
    learner.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, show_progress=False, limit_alphabet=size // 4,
        special_tokens=[]))
    learnt = [text for text, _ in sorted(learner.get_vocab().items(), key=lambda item: item[1])]
    if SPACE not in learnt:
        learnt.insert(0, SPACE)
    # Longer runs of spaces, as these families have them.
    learnt += [SPACE * n for n in range(2, 17) if SPACE * n not in learnt]
    skipped = set(special) | {f"<0x{byte:02X}>" for byte in range(256)}
    order = special + [f"<0x{byte:02X}>" for byte in range(256)]
    order += [text for text in learnt if text not in skipped]
    vocab = {text: number for number, text in enumerate(order)}
    for token in family.get("added", []):
        vocab.setdefault(str(token.content), len(vocab))
        skipped.add(str(token.content))
    tok = tokenizers.Tokenizer(models.BPE(
        vocab=vocab, merges=score_merges(vocab, skipped), unk_token="<unk>", fuse_unk=True,
        byte_fallback=True))
    return configure(name, tok)
