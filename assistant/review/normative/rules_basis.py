"""依据: repealed texts, and numbers that differ from those of higher law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.citation.verify import Verdict
from assistant.law.penalty.amounts import find_amounts
from assistant.law.text.numerals import fold_width, to_number
from assistant.law.text.titles import title_key
from assistant.review.normative.restated import restated
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import Sentence

_N = r"(?:\d[\d,]{0,29}(?:\.\d{1,12})?(?:万|千)?|[零一二两三四五六七八九十百千万]{1,24})"
_NOTE = re.compile(r"\s{0,8}[（(][^）)\n]{0,24}[)）]")


@rule(
    "cites_invalid_doc",
    DocumentKind.NORMATIVE,
    "以失效的法律、文件为依据",
    question="依据",
    articles=("《规章制定程序条例》第三十六条",),
    severity=Severity.NORMAL,
    suggest="改引现行有效的法律、法规或者文件",
)
def cites_invalid_doc(context: Context) -> Iterator[Hit]:
    """By the repeals on the shelf, the table of repeals, and what the text itself says."""
    provisions = context.document.provisions
    told: set[str] = set()
    for start, end, ended in context.knowledge.mentions(provisions):
        told.add(title_key(ended.title))
        articles = (f"《{ended.by}》{ended.article}",) if ended.article else ()
        why = f"《{ended.title}》已废止，由《{ended.by}》取代。"
        yield Hit(start, _with_note(provisions, end), why, articles=articles, suggest=f"改引《{ended.by}》{ended.successor}")
    for judged in context.verified:
        cited = judged.citation
        key = title_key(cited.title or "")
        if not cited.title or key in told or cited.start >= len(provisions):
            continue
        if judged.verdict in (Verdict.REPEALED, Verdict.AMENDED):
            told.add(key)
            suggest = f"改引{judged.correct}" if judged.correct else ""
            yield Hit(cited.start, _with_note(provisions, cited.end), judged.detail, suggest=suggest)
    noted = r"《[^》\n]{2,40}》\s*[（(][^）)\n]{0,30}(?:已废止|已失效|失效|废止)[^）)\n]{0,10}[)）]"
    for match in re.finditer(noted, provisions):
        yield Hit(match.start(), match.end(), "引用的文件已经废止或者失效。")


def _with_note(text: str, end: int) -> int:
    """The end of a bracketed note after a title (1996年发布), which belongs to the quotation."""
    note = _NOTE.match(text, end)
    return note.end() if note else end


@rule(
    "conflict_with_higher_law",
    DocumentKind.NORMATIVE,
    "与上位法规定的金额、幅度、期限相抵触",
    question="依据",
    articles=("《立法法》第九十九条",),
    suggest="改为与上位法一致，或者直接适用上位法",
)
def conflict_with_higher_law(context: Context) -> Iterator[Hit]:
    """What the document says an article provides, matters on which higher law fixes a number, and penalties restated."""
    for judged in context.verified:
        cited = judged.citation
        if judged.verdict is Verdict.WRONG_TEXT and cited.start < context.document.note_start and not cited.quote:
            yield Hit(cited.start, cited.end, judged.detail, articles=(judged.correct,) if judged.correct else ())
    for sentence in context.document.sentences():
        yield from _fixed(context, sentence)
        yield from _fines(context, sentence) if "《" in sentence.text else _retold(context, sentence)


def _fixed(context: Context, sentence: Sentence) -> Iterator[Hit]:
    """Numbers of the same unit that the article on the matter does not have."""
    for row in context.knowledge.fixed_numbers:
        match = row.topic.search(sentence.text)
        article = context.law.article(row.article) if match else None
        if match is None or article is None:
            continue
        given = _numbers(_on_topic(sentence.text, row.topic), row.unit)
        fixed = _numbers(fold_width(article.article.text), row.unit)
        wrong = [n for n in given if n not in fixed]
        if wrong and fixed:
            listed = "、".join(f"{n:g}" for n in sorted(fixed))
            why = f"{article.address}就此规定的数值为{listed}{row.unit}，草案写作{wrong[0]:g}{row.unit}。"
            yield Hit(sentence.start, sentence.end, why, articles=(row.article,))
            return


def _on_topic(text: str, topic: re.Pattern[str]) -> str:
    """The sentence without clauses that give another remedy or step (复核, 异议) its own number."""
    clauses = text.split("，")
    return "，".join(
        c for c in clauses if topic.search(c) or not re.search(r"提出(?:复核|异议|申诉|复查)|申请(?:复核|复查)|补正|整改|公示", c)
    )


def _numbers(text: str, unit: str) -> set[float]:
    """The numbers that stand before a unit; shares are numbers of a hundred."""
    if unit == "%":
        found = re.findall(rf"({_N})\s{{0,8}}[%％]", text) + re.findall(rf"百分之({_N})", text)
    else:
        words = {"日": r"(?:个?(?:工作)?日|天)", "月": "个?月", "元": "元", "米": "米", "时": r"(?:时|点)", "年": "年"}.get(unit, unit)
        found = re.findall(rf"({_N})\s{{0,8}}{words}", text)
    return {float(v) for n in found if (v := to_number(n)) is not None}


def _fines(context: Context, sentence: Sentence) -> Iterator[Hit]:
    """A fine said to be given under an article outside what the article allows."""
    if "罚款" not in sentence.text or "《" not in sentence.text:
        return
    for judged in context.verified:
        cited = judged.citation
        if not sentence.start <= cited.start < sentence.end or not cited.number:
            continue
        article = context.law.cited(cited)
        if article is None or "罚款" not in article.article.text:
            continue
        allowed = _ranges(fold_width(article.article.text))
        named = _ranges(sentence.text)
        outside = [r for r in named if not any(low <= r[0] and r[1] <= high for low, high in allowed)]
        if allowed and outside:
            yield Hit(sentence.start, sentence.end, f"{article.address}规定的罚款幅度与草案不同。", articles=(article.address,))
            return


def _retold(context: Context, sentence: Sentence) -> Iterator[Hit]:
    """A fine for conduct that a statute the draft names punishes, outside what that statute allows."""
    found = restated(context, sentence) if "罚款" in sentence.text else None
    if found and not found.inside:
        address = found.article.address
        at = sentence.text.find("处", 0)
        yield Hit(sentence.start + max(at, 0), sentence.end, f"{address}就同一行为规定的罚款幅度与草案不同。", articles=(address,))


def _ranges(text: str) -> list[tuple[float, float]]:
    """The fines of a text that name both bounds in yuan."""
    found = [(a.floor, a.ceiling) for a in find_amounts(text) if not a.ratio]
    return [(low, high) for low, high in found if low is not None and high is not None]
