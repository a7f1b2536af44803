"""A statement agrees with its source in words, in saying yes or no, and with the system's own judgements."""

import re
from collections.abc import Iterator, Sequence

from assistant.outcome import Eligibility
from assistant.verify.places import PLACE
from assistant.verify.proof import Fault, FaultKind, Proof, Statement
from assistant.verify.segments import Segment, chunks, likeness, segments
from assistant.wording import Rarity, grams
from corpus.folding import fold
from corpus.model import Status, Unit

__all__ = ["AgreementChecks"]

# Shares of a statement's words that must be found; set on true and false statements in tests/verify.
_KNOWN, _SHARED = 0.42, 0.62
_ALIKE = 0.45
_SHORT = 4

_NEGATION = re.compile(
    r"不(?!超过|高于|低于|少于|得少于|得低于|得超过|得高于|大于|小于|多于|足|满|到|同|断|限|仅|但|等|论|管|含|定期|动产|可抗力|良|妨|错)"
    r"|未(?!来|必)|无(?!锡|人|线|形|论|尘|障)|没有|禁止|严禁|除外|取消|停止|终止|撤销"
)
_IF = re.compile("如果|若|假如|只要|只有|须|需|应|是否|能否|可否|的话|方可|才|以下条件|下列条件")
_LIMIT = re.compile(
    "(?:不超过|不高于|不低于|不少于|不得低于|不得超过|至少|最高|最低)(?:(?![一二两三四五六七八九十百千万亿])[\u4e00-\u9fff]){2}"
    "(?=[^0-9一二三四五六七八九十百千]{3})"
)
_STATES = "这份文件、该办法现行有效，已过有效期，已被废止，尚未施行，是征求意见稿，没有正式印发"
_YOU = "(?:您|你们?|贵(?:公司|企业|单位)|咱们?|该(?:企业|公司|单位|项目)|因此|所以)[^，,。]{0,16}?"
_FOR = re.compile(
    rf"{_YOU}(?<![不否])(?:符合|可以申|能够?申|可申|有资格|具备资格|满足)|^(?:可以|能够?|符合|满足|有资格)(?:申|条件|要求|的|$)"
)
_AGAINST = re.compile(
    rf"{_YOU}(?:不符合|不能|不可以|无法|没有资格|不具备|不满足|不可申|不得申|不予|拿不到|得不到|不在支持)"
    "|^(?:不能|不可以|无法|不符合|不满足|没有资格|不行)"
)
_GETS = re.compile("可以?获|能够?获|能够?拿|可以拿|能够?享|可以享|可享")
_VALID = re.compile(
    "现行有效|仍然?有效|目前有效|正在施行|正在执行|继续有效|继续执行|尚在有效期|有效期内|没有过期|未过期|可以作为(?:申报)?依据"
)
_INVALID = re.compile(
    "已?失效|已?过期|已?废止|过了有效期|已过有效期|不再有效|不再执行|停止执行|征求意见稿|尚未(?:正式)?(?:施行|生效|印发)"
)


class AgreementChecks:
    """Checks what a statement says in words."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity

    def support_faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> list[Fault]:
        """A fault where too few of the statement's words stand in what it cites, what was computed or asked."""
        # Names of places are checked as such, and hold words that their texts need not repeat.
        said = grams(PLACE.sub("|", statement.text))
        if len(fold(statement.text)) <= _SHORT:
            return []
        present = _words(units, proof)
        known = sum(gram in present for gram in said) / len(said) if said else 0.0
        shared = self._rarity.share(said, present)
        cited = _words(units, None)
        if known >= _KNOWN and shared >= _SHARED and any(gram in cited for gram in said):
            return []
        return [
            Fault(FaultKind.UNSUPPORTED, f"“{statement.text[:40]}”的意思在所引条款里找不到，请照条款的用词写")
        ]

    def negation_faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> list[Fault]:
        """Faults where the statement denies what the words most like it affirm, or the other way round."""
        sources = [s for unit in units for s in segments(unit.text)]
        sources += [s for line in (*proof.own, proof.asked) for s in segments(line)]
        return [
            Fault(FaultKind.NEGATION, f"“{segment.text[:40]}”与原文的肯定、否定不一致")
            for chunk in chunks(statement.text)
            for segment in segments(chunk)
            if self._denies_otherwise(segment, sources)
        ]

    def bound_faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> list[Fault]:
        """Faults where words of limits that bound no figure (不低于贷款市场报价利率) do not stand so in a source."""
        known = fold("".join((*(unit.text for unit in units), *proof.own, *proof.supposed, proof.asked)))
        return [
            Fault(FaultKind.FIGURE, f"“{match.group()}”在原文里没有这样写")
            for match in _LIMIT.finditer(statement.text)
            if fold(match.group()) not in known
        ]

    def _denies_otherwise(self, segment: Segment, sources: Sequence[Segment]) -> bool:
        denied = _denies(segment)
        best = {True: 0.0, False: 0.0}
        for source in sources:
            side = _denies(source)
            best[side] = max(best[side], likeness(self._rarity, segment.words, source.words))
        if denied:
            return best[True] <= best[False]
        return best[True] > max(best[False], _ALIKE)

    def verdict_faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> Iterator[Fault]:
        """Faults where it judges the applicant otherwise than the calculator, or where that judged nothing."""
        known = fold("".join((*(unit.text for unit in units), *proof.own)))
        denied = proof.eligibility is Eligibility.NOT_ELIGIBLE
        for chunk in chunks(statement.text):
            if _IF.search(chunk):
                continue
            for part in segments(chunk):
                text = part.text.strip()
                if fold(text) in known:
                    continue
                if _AGAINST.search(text) and not denied:
                    yield Fault(
                        FaultKind.VERDICT, f"“{text[:40]}”：系统没有判断申请人不符合，只能说条文怎样要求"
                    )
                elif _FOR.search(text) and proof.eligibility is not Eligibility.ELIGIBLE:
                    yield Fault(
                        FaultKind.VERDICT, f"“{text[:40]}”：系统没有判断申请人符合，只能说条文怎样要求"
                    )
                elif _GETS.search(text) and denied:
                    yield Fault(FaultKind.VERDICT, f"“{text[:40]}”：系统判断申请人不符合条件")

    def status_faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> list[Fault]:
        """Faults where it contradicts whether a document cited is in force."""
        states = {proof.status.get(unit.doc) for unit in units}
        words = "".join(unit.text for unit in units) + "".join(proof.own)
        valid, invalid = _VALID.search(statement.text), _INVALID.search(statement.text)
        if valid and states - {Status.IN_FORCE} and valid.group() not in words:
            return [Fault(FaultKind.STATUS, f"“{valid.group()}”：所引文件在所问的日期不是现行有效")]
        if invalid and Status.IN_FORCE in states and invalid.group() not in words:
            return [Fault(FaultKind.STATUS, f"“{invalid.group()}”：所引文件在所问的日期是有效的")]
        return []


def _denies(segment: Segment) -> bool:
    """Two negations affirm (不重复不支持)."""
    return len(_NEGATION.findall(segment.text)) % 2 == 1


def _words(units: Sequence[Unit], proof: Proof | None) -> frozenset[str]:
    texts = [f"{unit.chapter} {unit.heading} {unit.text}" for unit in units]
    if proof is not None:
        rules = (proof.rules.get(unit.doc, "") for unit in units)
        texts += [*proof.own, *proof.supposed, proof.asked, *rules, _STATES]
    return frozenset(gram for text in texts for gram in grams(text))
