"""Writes multilingual-e5-small as a sentence-transformers folder and as an ONNX graph beside it."""

import json
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexFault
from indexer.e5_tokenizer import (
    MAX_TOKENS,
    SPECIAL_TOKENS,
    build_tokenizer,
    check_character_map,
    chinese_rows,
)
from indexer.e5_weights import Architecture, PackedModel, Vocabulary

__all__ = ["export_onnx", "write_sentence_transformer"]

_PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
_WEIGHTS = {
    "q": ("attention.self.query", "hidden", "hidden"),
    "k": ("attention.self.key", "hidden", "hidden"),
    "v": ("attention.self.value", "hidden", "hidden"),
    "ao": ("attention.output.dense", "hidden", "hidden"),
    "fi": ("intermediate.dense", "feed_forward", "hidden"),
    "fo": ("output.dense", "hidden", "feed_forward"),
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
_TOLERANCE = 1e-4


def write_sentence_transformer(packed: PackedModel, folder: Path) -> None:
    """Writes the model, reduced to the pieces of Chinese texts, into the existing `folder`."""
    from safetensors.numpy import save_file

    check_character_map(packed.character_map)
    rows = chinese_rows(packed.vocabulary.pieces)
    vocabulary = packed.vocabulary.subset(rows)
    save_file(_state(packed, rows), folder / "model.safetensors", {"format": "pt"})
    build_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    for path, content in _settings(packed.architecture, vocabulary).items():
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def export_onnx(folder: Path, target: Path) -> None:
    """Exports the model in `folder` to `target` (weights beside it), pooled and normalised in the graph.

    Inputs `input_ids` and `attention_mask` of shape (batch, tokens), output `sentence_embedding`.
    IndexFault where the graph does not give the vectors of the original.
    """
    import torch
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked here
        def __init__(self, encoder: torch.nn.Module) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)

    # Exported so, passages took a tenth less time than with torch's own attention kernel.
    transformers_logging.disable_progress_bar()
    encoder = AutoModel.from_pretrained(folder, attn_implementation="eager")
    model = Pooled(encoder).eval()
    ids = torch.tensor([[0, 10, 20, 30, 2], [0, 40, 2, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", min=2, max=MAX_TOKENS)}
    target.parent.mkdir(exist_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            model,
            (ids, mask),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_embedding"],
            dynamic_shapes=(axes, axes),
            dynamo=True,
            # Weights in a file of their own are mapped, not parsed: a session opens four times faster.
            external_data=True,
            verbose=False,
        )
        expected = model(ids, mask).numpy()
    _check_graph(target, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}, expected)


def _check_graph(
    graph: Path, inputs: Mapping[str, npt.NDArray[np.int64]], expected: npt.NDArray[np.float32]
) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (vectors,) = session.run(["sentence_embedding"], dict(inputs))
    if not np.allclose(vectors, expected, atol=_TOLERANCE):
        raise IndexFault(
            "导出的 ONNX 模型与原模型的向量不一致，请安装本项目指定版本的 torch 和 onnxruntime。"
        )


def _state(packed: PackedModel, rows: list[int]) -> dict[str, npt.NDArray[np.float32]]:
    sizes = packed.architecture
    hidden = sizes.hidden
    state = {
        "embeddings.word_embeddings.weight": packed.tensor("emb.word", sizes.vocabulary, hidden)[rows],
        "embeddings.position_embeddings.weight": packed.tensor("emb.pos", sizes.positions, hidden),
        "embeddings.token_type_embeddings.weight": packed.tensor("emb.type", sizes.token_types, hidden),
        "embeddings.LayerNorm.weight": packed.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": packed.tensor("emb.ln.b", hidden),
        # The model has no pooler; zeros spare its reader a warning about missing weights.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(sizes.layers):
        prefix = f"encoder.layer.{layer}"
        for short, (name, outputs, inputs) in _WEIGHTS.items():
            shape = getattr(sizes, outputs), getattr(sizes, inputs)
            state[f"{prefix}.{name}.weight"] = packed.tensor(f"l{layer}.{short}.w", *shape)
            state[f"{prefix}.{name}.bias"] = packed.tensor(f"l{layer}.{short}.b", shape[0])
        for short, name in _NORMS.items():
            state[f"{prefix}.{name}.weight"] = packed.tensor(f"l{layer}.{short}.w", hidden)
            state[f"{prefix}.{name}.bias"] = packed.tensor(f"l{layer}.{short}.b", hidden)
    return state


def _settings(sizes: Architecture, vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON files of a sentence-transformers folder."""
    return {
        "config.json": {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": len(vocabulary.pieces),
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.norm_epsilon,
            "hidden_act": "gelu",
            "pad_token_id": vocabulary.padding,
            "bos_token_id": vocabulary.begin,
            "eos_token_id": vocabulary.end,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            **SPECIAL_TOKENS,
        },
        "special_tokens_map.json": SPECIAL_TOKENS,
        "modules.json": [
            {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for place, (path, kind) in enumerate(_MODULES.items())
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
            "pooling_mode_max_tokens": False,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": _PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
