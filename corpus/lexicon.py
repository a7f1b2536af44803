"""The typed form of lexicon.yaml: colloquial words, cues of intents, and topics outside the corpus."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import CatalogueError

__all__ = ["Fraud", "Lexicon", "NoticeBound", "Outside", "load_lexicon"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outside(_Entry):
    """Words of a topic that the corpus does not hold, and the reason told to the user.

    `always`: also where a question names a document or follows a conversation.
    """

    reason: str
    words: tuple[str, ...]
    always: bool = False


class Fraud(_Entry):
    """Requests to help with a forgery: words of asking for help together with words of what is forged."""

    help: tuple[str, ...]
    forgery: tuple[str, ...]
    consequences: tuple[str, ...]


class NoticeBound(_Entry):
    """A pattern for what only the yearly notice says.

    `but` are words of questions that the texts answer all the same, `things` what a text named may speak of.
    """

    asks: str
    but: tuple[str, ...] = ()
    things: tuple[str, ...] = ()


class Lexicon(_Entry):
    """lexicon.yaml; see the comments there for each part."""

    synonyms: dict[str, str]
    fillers: tuple[str, ...]
    generic: tuple[str, ...]
    intents: dict[str, tuple[str, ...]]
    amount_cues: tuple[str, ...]
    aspects: dict[str, tuple[str, ...]]
    cues: dict[str, tuple[str, ...]]
    elsewhere: tuple[str, ...]
    home: tuple[str, ...]
    bystanders: tuple[str, ...]
    abroad: tuple[str, ...]
    districts: tuple[str, ...]
    district_own: tuple[str, ...]
    outside: tuple[Outside, ...]
    mentioned: tuple[str, ...]
    injection: tuple[str, ...]
    fraud: Fraud
    writing: tuple[str, ...]
    chitchat: tuple[str, ...]
    notice_bound: tuple[NoticeBound, ...]
    particles: str
    figure_kinds: dict[str, tuple[str, ...]]
    standing_kinds: tuple[str, ...]
    word_sets: dict[str, tuple[str, ...]]

    def holding(self, named: str, text: str) -> "Lexicon":
        """The lexicon for a corpus that has more documents: places that are `named` by them are no other places, and
        topics whose words stand in their `text` are not outside."""
        return self.model_copy(
            update={
                "elsewhere": tuple(place for place in self.elsewhere if place not in named),
                "districts": tuple(place for place in self.districts if place not in named),
                "outside": tuple(
                    topic.model_copy(
                        update={"words": tuple(word for word in topic.words if word not in text)}
                    )
                    for topic in self.outside
                ),
            }
        )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon that this package carries; raises CatalogueError naming what is wrong."""
    path = Path(__file__).parent / "lexicon.yaml"
    try:
        data = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        return Lexicon.model_validate(data)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CatalogueError(f"词表 lexicon.yaml 读不了：{error}") from error
