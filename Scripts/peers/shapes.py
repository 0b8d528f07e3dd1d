"""The models that are measured, as `retort bench --config NAME` has them."""
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Shape:
    """A Llama-style decoder, and how many sequences of which length make a step."""

    name: str
    vocabulary: int
    hidden: int
    intermediate: int
    layers: int
    heads: int
    key_value_heads: int
    sequences: int
    length: int
    head_width: int = 0
    norm_epsilon: float = 1e-5
    rotary_base: float = 10_000.0

    @property
    def width(self):
        """Of one head."""
        return self.head_width or self.hidden // self.heads

    @property
    def tokens(self):
        return self.sequences * self.length


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("tiny", 512, 128, 384, 4, 4, 4, sequences=16, length=256),
        Shape("small", 4096, 256, 768, 6, 8, 8, sequences=8, length=256),
        # SmolLM2-135M's shape.
        Shape("base", 49152, 576, 1536, 30, 9, 3, sequences=1, length=256),
    )
}

# What `--set` calls the fields, by Hugging Face's names and ours.
KEYS = {
    "vocab_size": "vocabulary", "hidden_size": "hidden", "intermediate_size": "intermediate",
    "num_hidden_layers": "layers", "num_attention_heads": "heads",
    "num_key_value_heads": "key_value_heads", "head_dim": "head_width",
    "rms_norm_eps": "norm_epsilon", "rope_theta": "rotary_base",
    "sequences": "sequences", "length": "length",
}


def shape_named(name, settings=()):
    """The shape of that name with `key=value` settings changed."""
    shape = SHAPES[name]
    for setting in settings:
        key, _, value = setting.partition("=")
        field = KEYS.get(key)
        if field is None:
            raise SystemExit(f"--set {key}: expected one of {', '.join(KEYS)}")
        kind = type(getattr(shape, field))
        shape = replace(shape, **{field: kind(value)})
    return shape


def shape_of(config, sequences, length):
    """The shape of a Hugging Face `config.json`."""
    heads = config["num_attention_heads"]
    return Shape(
        "folder", config["vocab_size"], config["hidden_size"], config["intermediate_size"],
        config["num_hidden_layers"], heads, config.get("num_key_value_heads", heads),
        sequences, length, config.get("head_dim") or config["hidden_size"] // heads,
        config["rms_norm_eps"], config["rope_theta"])
