#!/usr/bin/env python3
"""Whether our rendering of chat templates is what the templates themselves say.

    pip install tokenizers jinja2 gguf
    python3 templates.py --retort .build/release/retort --llama-cpp SOURCES [--gguf SMOLLM2.gguf]

SOURCES are llama.cpp's (Scripts/peers/llama-cpp/build unpacks them): its models/templates and tests hold
copies of the models' own templates. Each is rendered by Jinja for one user turn, encoded by the
`tokenizers` library with the small tokenizer of its family, and compared with our prompt's ids; its
digest must be one that we recognize. Exit 1 on any difference.
"""
import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# Last, as this folder has the name of the package.
sys.path.append(str(pathlib.Path(__file__).resolve().parent))
import jinja2
import tokenizers

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDENS = ROOT / "Tests/TokenizationTests/Goldens/Families"
KNOWN = (ROOT / "Sources/Tokenization/Wrapping/RecognizedTemplates.swift").read_text()
# our name, the family whose tokenizer has the signs, where the template stands, bos
FILES = [
    ("qwen2.5", "qwen2", "Qwen-Qwen2.5-7B-Instruct.jinja", ""),
    ("qwen3", "qwen3", "Qwen-Qwen3-0.6B.jinja", ""),
    ("llama-3.1", "llama3", "meta-llama-Llama-3.1-8B-Instruct.jinja", "<|begin_of_text|>"),
    ("llama-3.1", "llama3", "meta-llama-Llama-3.2-3B-Instruct.jinja", "<|begin_of_text|>"),
    ("llama-3.1", "llama3", "meta-llama-Llama-3.3-70B-Instruct.jinja", "<|begin_of_text|>"),
    ("mistral-tekken", "tekken", "mistralai-Mistral-Nemo-Instruct-2407.jinja", "<s>"),
    ("gemma", "gemma", "google-gemma-2-2b-it.jinja", "<bos>"),
]
CASES = [
    ("chatml", "smollm2", "teknium/OpenHermes-2.5-Mistral-7B", ""),
    ("mistral", "llama2",
     "mistralai/Mistral-7B-Instruct-v0.2 (NOTE: Old pre-v1 without a system prompt)", "<s>"),
    ("llama-3", "llama3", "Llama-3", "<|begin_of_text|>"),
]
PROBLEMS = ["What is 17 + 26?", " spaces around ", "two\nlines\n", "", "漢字 é 🙂", "\n\nx\t"]


def refuse(message):
    raise jinja2.TemplateError(message)


def render(template, problem, bos):
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = refuse
    return environment.from_string(template).render(
        messages=[{"role": "user", "content": problem}], add_generation_prompt=True, bos_token=bos,
        eos_token="</s>")


def cases_of(source):
    text = source.read_text(encoding="utf-8")
    found = re.findall(r'/\* \.name= \*/ "((?:[^"\\]|\\.)*)",\s*'
                       r'/\* \.template_str= \*/ "((?:[^"\\]|\\.)*)"', text)
    return {name: string.replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"')
            .replace("\0", "\\") for name, string in found}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--retort", required=True)
    parser.add_argument("--llama-cpp", type=pathlib.Path, required=True)
    parser.add_argument("--gguf", help="SmolLM2-Instruct, whose template it holds")
    asked = parser.parse_args()
    wanted = []
    for name, family, file, bos in FILES:
        path = asked.llama_cpp / "models/templates" / file
        wanted.append((name, family, path.read_bytes().decode(), bos, file))
    cases = cases_of(asked.llama_cpp / "tests/test-chat-template.cpp")
    for name, family, case, bos in CASES:
        wanted.append((name, family, cases[case], bos, case))
    ggufs = [("qwen2", "qwen2", asked.llama_cpp / "models/ggml-vocab-qwen2.gguf")]
    if asked.gguf:
        ggufs.append(("smollm2", "smollm2", asked.gguf))
    from gguf import GGUFReader
    for name, family, path in ggufs:
        text = GGUFReader(path).fields["tokenizer.chat_template"].contents()
        wanted.append((name, family, text, "", pathlib.Path(path).name))
    wrong = 0
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines:
        lines.write("".join(json.dumps(problem) + "\n" for problem in PROBLEMS))
        lines.flush()
        for name, family, template, bos, place in wanted:
            source = GOLDENS / f"{family}.json"
            tok = tokenizers.Tokenizer.from_file(str(source))
            done = subprocess.run(
                [asked.retort, "tokenizer", "encode", source, lines.name, "--json", "--template", name],
                capture_output=True, text=True, check=True)
            found = [json.loads(line) for line in done.stdout.splitlines()]
            differ = sum(ids != tok.encode(render(template, problem, bos), add_special_tokens=False).ids
                         for problem, ids in zip(PROBLEMS, found, strict=True))
            known = hashlib.sha256(template.encode()).hexdigest() in KNOWN
            print(json.dumps({"template": name, "from": place, "prompts": len(found),
                              "differ": differ, "recognized": known}))
            wrong += differ + (not known)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
