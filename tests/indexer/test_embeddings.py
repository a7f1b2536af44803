"""Embedders: both engines give the same vectors, and questions cost no torch."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexBroken, InvalidInput
from indexer.embeddings import Embedder, Vectors, embedder_name, load_embedder
from indexer.model_store import default_model_name
from indexer.onnx_embedder import OnnxEmbedder
from indexer.st_embedder import SentenceTransformerEmbedder

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "corpus" / "sources").glob("*.txt"))

ODD_TEXTS = [
    "",
    " ",
    "２０２２年１２月　ＡＢＣ（ａｂｃ）～１２．５％",
    "1,200万元×30%=360万元，≥0.5亿元",
    "PCT专利、LPR利率与 Multilingual Embeddings for zhōngguāncūn",
    "①第一条（一）1.(1)“引号”——破折号……",
    "全角～波浪\t制表\x00\x07控制\u200b零宽",
    "孤立\ud800代理",
    "𠮷野家㐀〇",
]


def silent(_: str) -> None:
    pass


def corpus_texts() -> list[str]:
    """Some two dozen lines of every source, and one longer than the model reads."""
    texts = []
    for source in SOURCES:
        whole = source.read_text(encoding="utf-8")
        lines = [line for line in whole.splitlines() if len(line) > 10]
        texts += lines[:: max(1, len(lines) // 12)][:12]
        texts.append("".join(whole.split())[:3000])
    return texts


@pytest.fixture(scope="module")
def default(model: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model)


@pytest.fixture(scope="module")
def reference(model: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(model))


def cosines(left: Vectors, right: Vectors) -> Vectors:
    products: Vectors = (left * right).sum(axis=1)
    return products


def test_both_engines_give_the_same_vectors(
    default: Embedder, reference: SentenceTransformerEmbedder
) -> None:
    texts = corpus_texts() + ODD_TEXTS
    assert max(map(default.count_tokens, texts)) > 512
    assert cosines(default.embed_passages(texts), reference.embed_passages(texts)).min() >= 0.9999
    questions = texts[::4]
    assert cosines(default.embed_queries(questions), reference.embed_queries(questions)).min() >= 0.9999


def test_both_engines_read_the_same_tokens(model: Path) -> None:
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    ours = Tokenizer.from_file(str(model / "tokenizer.json"))
    theirs = AutoTokenizer.from_pretrained(model)
    texts = [text.encode("utf-8", "replace").decode() for text in corpus_texts() + ODD_TEXTS]
    ours.no_padding()
    assert [ours.encode(text).ids for text in texts] == theirs(texts, truncation=True)["input_ids"]


def test_corpus_and_odd_signs_are_known_to_the_vocabulary(model: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    unknown = tokenizer.token_to_id("<unk>")
    assert unknown in tokenizer.encode("ѣ").ids
    for text in corpus_texts():
        assert unknown not in tokenizer.encode(text).ids, text


def test_vectors_are_unit_rows_in_the_order_of_the_texts(default: Embedder) -> None:
    texts = corpus_texts()[:20]
    vectors = default.embed_passages(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), default.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    one_by_one = np.concatenate([default.embed_passages([text]) for text in texts])
    assert cosines(vectors, one_by_one).min() >= 0.9999
    assert default.embed_queries([]).shape == default.embed_passages([]).shape == (0, default.dimension)


def test_a_question_finds_the_passage_that_answers_it(default: Embedder) -> None:
    passages = ["融资租赁费用按照20%的比例补贴", "孵化器每年组织创业活动", "本办法自发布之日起30日后施行"]
    vectors = default.embed_passages(passages)
    questions = ["租设备的费用能补几成？", "什么时候开始实施？"]
    best = (default.embed_queries(questions) @ vectors.T).argmax(axis=1)
    assert best.tolist() == [0, 2]


def test_questions_and_passages_have_different_prefixes(default: Embedder) -> None:
    text = "首台（套）产品首次应用"
    assert cosines(default.embed_queries([text]), default.embed_passages([text]))[0] < 0.999


@pytest.mark.parametrize("engine", ["default", "reference"])
def test_progress_counts_every_passage(request: pytest.FixtureRequest, engine: str) -> None:
    embedder: Embedder = request.getfixturevalue(engine)
    steps: list[int] = []
    texts = [f"第{number}条 支持首台（套）产品首次应用。" for number in range(60)]
    embedder.embed_passages(texts, steps.append)
    assert sum(steps) == len(texts)
    assert len(steps) > 1


def test_only_the_first_512_tokens_count(default: Embedder) -> None:
    long = "技术创新中心" * 400
    assert default.count_tokens(long) > 512
    assert cosines(default.embed_passages([long]), default.embed_passages([long + "氢能"]))[0] > 0.99999


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(categories=["Lo", "Nd", "Po", "Cc", "Cs", "Zs", "So"]), max_size=60))
def test_any_text_is_counted_alike_and_embedded(
    default: Embedder, reference: SentenceTransformerEmbedder, text: str
) -> None:
    assert default.count_tokens(text) == reference.count_tokens(text)
    assert np.linalg.norm(default.embed_queries([text])[0]) == pytest.approx(1, abs=1e-5)


def test_threads_may_share_an_embedder(default: Embedder) -> None:
    texts = corpus_texts()[:16]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: default.embed_queries([text])[0], texts))
    assert cosines(np.stack(rows), default.embed_queries(texts)).min() >= 0.9999


def test_a_question_imports_neither_torch_nor_sentence_transformers(model: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.embeddings import load_embedder;"
        "load_embedder(None, Path(sys.argv[1]), print).embed_queries(['最高补贴多少？']);"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(model.parents[1])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("setting", [None, "default"])
def test_the_default_is_the_embedded_model(model: Path, setting: str | None) -> None:
    embedder = load_embedder(setting, model.parents[1], silent)
    assert isinstance(embedder, OnnxEmbedder)
    assert embedder.name == embedder_name(setting) == default_model_name()
    assert embedder.dimension == 384


def test_another_model_is_named_by_its_folder_and_content(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "my-model"
    copy.mkdir()
    for path in model.iterdir():
        if path.name not in {"onnx", "config_sentence_transformers.json"}:
            (copy / path.name).symlink_to(path)
    prompts = copy / "config_sentence_transformers.json"
    prompts.write_text(json.dumps({"prompts": {"query": "问：", "document": ""}}), encoding="utf-8")
    embedder = load_embedder(str(copy), tmp_path, silent)
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.name == embedder_name(str(copy))
    assert embedder.name.startswith("my-model-")
    assert embedder.count_tokens("办法") < OnnxEmbedder(model).count_tokens("办法")
    before = embedder.embed_queries(["办法"])
    prompts.write_text(json.dumps({"prompts": {"query": "query: "}}), encoding="utf-8")
    assert embedder_name(str(copy)) != embedder.name
    changed = load_embedder(str(copy), tmp_path, silent)
    assert cosines(before, changed.embed_queries(["办法"]))[0] < 0.999


@pytest.mark.parametrize("setting", ["./no-such-folder", "/no/such/folder", "~/no/such/folder", "a/b/c"])
def test_a_missing_folder_is_a_clear_mistake(tmp_path: Path, setting: str) -> None:
    with pytest.raises(InvalidInput, match="找不到向量模型文件夹"):
        load_embedder(setting, tmp_path, silent)


def test_a_folder_without_a_model_is_a_clear_mistake(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="无法载入向量模型"):
        load_embedder(str(tmp_path), tmp_path, silent)


def test_a_name_that_the_hub_cannot_give_is_a_clear_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("no route to the hub")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", unreachable)
    with pytest.raises(InvalidInput, match="no route to the hub"):
        load_embedder("no-such-owner/no-such-model", tmp_path, silent)


def test_a_damaged_default_model_names_the_folder_to_delete(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(IndexBroken, match=str(tmp_path)):
        OnnxEmbedder(tmp_path)
