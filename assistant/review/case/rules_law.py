"""适用: every article cited exists, is in force, and is about the act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.citation.read import Citation
from assistant.law.citation.verify import Judged, Verdict
from assistant.law.statute.model import article_label
from assistant.law.statute.structure import item
from assistant.law.text.titles import short_title, title_key
from assistant.review.case.cited_penalties import PROCEDURAL, CitedProvision, cited_provisions, decision_sections
from assistant.review.case.sections import Part
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.likeness import likeness, pieces
from assistant.review.text.model import DocumentKind, Severity
from assistant.store.records import ShelfArticle

_PAPERS = (Part.DECISION, Part.NOTICE, Part.REPORT)


def _judged(context: Context) -> list[Judged]:
    """The citations of decision, notice and report, judged on the day of the decision."""
    places = context.case.parts(*_PAPERS)
    return [j for j in context.verified if any(s.start <= j.citation.start < s.end for s in places)]


@rule(
    "article_nonexistent",
    DocumentKind.PENALTY,
    "引用了不存在的条文",
    question="适用依据",
    articles=("《行政处罚法》第五十九条",),
    suggest="核对法律原文，改引确有规定的条、款、项",
)
def article_nonexistent(context: Context) -> Iterator[Hit]:
    """Citations whose statute is on the shelf and has no such article, paragraph or item."""
    told: set[tuple[str, str]] = set()
    for judged in _judged(context):
        cited = judged.citation
        key = (cited.title or "", cited.label)
        if judged.verdict is Verdict.NO_SUCH_ARTICLE and key not in told:
            told.add(key)
            yield Hit(cited.start, cited.end, judged.detail, suggest=f"改引{judged.correct}" if judged.correct else "")


@rule(
    "repealed_version_cited",
    DocumentKind.PENALTY,
    "引用已修改或者废止的旧条文",
    question="适用依据",
    articles=("《行政处罚法》第三十七条",),
    severity=Severity.NORMAL,
    suggest="按作出决定时有效的版本改引；行为发生在修改前的，说明从旧兼从轻的比较",
)
def repealed_version_cited(context: Context) -> Iterator[Hit]:
    """Citations that hold in a former version only: by the shelf, by the table of repeals, by the table of new numbers."""
    told: set[str] = set()
    for judged in context.verified:
        cited = judged.citation
        if judged.verdict in (Verdict.AMENDED, Verdict.REPEALED) and (cited.title or "") + cited.label not in told:
            told.add((cited.title or "") + cited.label)
            yield Hit(cited.start, cited.end, judged.detail, suggest=f"改引{judged.correct}" if judged.correct else "")
    for start, end, ended in context.knowledge.mentions(context.folded):
        if not any(ended.title in t for t in told):
            yield Hit(start, end, f"《{ended.title}》已废止，由《{ended.by}》取代。", suggest=f"改引《{ended.by}》")
    yield from _renumbered(context)


def _renumbered(context: Context) -> Iterator[Hit]:
    """Former numbers of a revised statute, told by what they are cited for; a run of citations gives one finding."""
    last = -1
    for cited in context.citations:
        if not cited.title or not cited.number or cited.start < last:
            continue
        for row in context.knowledge.renumbered:
            if title_key(row.law) != title_key(cited.title) or cited.number not in row.old or context.law.day < row.since:
                continue
            sentence, end = _words_around(context, cited)
            if row.topic.search(sentence) and not (row.unless and row.unless.search(sentence)):
                last = end
                label = article_label(cited.number)
                why = f"{label}是《{short_title(row.law)}》修订前的序号，现行法就此规定在{row.now}。"
                yield Hit(
                    cited.start,
                    _run_end(context, cited),
                    why,
                    articles=_addresses(row.law, row.now),
                    suggest=f"改引《{short_title(row.law)}》{row.now}",
                )
                break


def _addresses(law: str, labels: str) -> tuple[str, ...]:
    return tuple(f"《{law}》{label}" for label in labels.split("、"))


def _words_around(context: Context, cited: Citation) -> tuple[str, int]:
    """The words after a citation up to the end of its sentence or the next 《, and where the sentence ends."""
    text = context.folded
    stops = [e for e in (text.find(m, cited.end) for m in "。；\n") if e >= 0]
    end = min(stops, default=len(text))
    other = text.find("《", cited.end)
    return text[cited.end : min(end, other) if other >= 0 else end], end


def _run_end(context: Context, cited: Citation) -> int:
    """The end of the list of articles a citation opens (第三十一条、第三十二条)."""
    match = re.match(r"(?:(?:、|和|及|以及)第[^条，。]{1,8}条(?:第[^，。、]{1,3}[款项])*)*", context.folded[cited.end :])
    return cited.end + (match.end() if match else 0)


@rule(
    "article_irrelevant",
    DocumentKind.PENALTY,
    "引用的条文规定的是另一事项",
    question="适用依据",
    articles=("《行政处罚法》第五十九条",),
    suggest="改引规定该违法行为及其处罚的条、款、项，并核对处罚幅度",
)
def article_irrelevant(context: Context) -> Iterator[Hit]:
    """The article cited fits the act clearly worse than another of the same statute, or names another duty as broken."""
    for section in decision_sections(context):
        cited = cited_provisions(context, section)
        act = _act(context, section.start, section.end)
        told: set[str] = set()
        for one in cited:
            if one.article.id + one.citation.label in told or title_key(one.article.statute.title) in PROCEDURAL:
                continue
            hit = _other_trade(context, one) or _other_duty(one, cited) or _fits_worse(context, one, cited, act)
            if hit:
                context.irrelevant.add(one.citation.start)
                told.add(one.article.id + one.citation.label)
                why, right = hit
                articles = (f"《{one.article.statute.title}》{right}",) if right else ()
                yield Hit(
                    one.citation.start,
                    one.citation.end,
                    why,
                    articles=articles,
                    suggest=f"改引《{short_title(one.article.statute.title)}》{right}" if right else "",
                )


def _other_duty(one: CitedProvision, cited: list[CitedProvision]) -> tuple[str, str] | None:
    """A ground that names the articles it punishes, none of them among those the decision says were broken."""
    if one.violated or not one.provisions:
        return None
    own = title_key(one.article.statute.title)
    broken = {(c.citation.number, c.citation.suffix) for c in cited if c.violated and title_key(c.article.statute.title) == own}
    items = [i.text for p in one.provisions for i in p.items if i.number == one.item]
    named = {(v.number, v.suffix) for p in one.provisions for v in p.violated if not v.law and (not items or v.start < p.items[0].start)}
    if not broken or not named or broken & named or any(p.violated and any(v.law for v in p.violated) for p in one.provisions):
        return None
    words = "、".join(article_label(n, s) for n, s in sorted(named))
    said = "、".join(article_label(n or 0, s) for n, s in sorted(broken, key=lambda b: b[0] or 0))
    return f"{one.citation.label}处罚的是违反{words}的行为，决定书认定违反的是{said}，条文与违法行为不对应。", ""


def _fits_worse(context: Context, one: CitedProvision, others: list[CitedProvision], act: str) -> tuple[str, str] | None:
    """Compare the cited place with every other place of the statute that punishes (or, for a duty, lays one down)."""
    # A duty is laid down in words far from those of its breach; only the ground of the penalty is compared.
    if len(act) < 8 or one.violated or _punishes_duty(one, others):
        return None
    weights = context.law.weights(one.article)
    # A lead shared by all items (有下列情形之一的…) tells nothing of the act: where an item is cited it must speak.
    cited_item = item(one.article.article, one.citation.item, one.citation.paragraph) if one.citation.item else None
    place = cited_item.text if cited_item else one.article.article.text
    own = likeness(act, place, weights)
    best, where = 0.0, ""
    for article in context.law.siblings(one.article):
        if not article.article.number or _punishes(article) == one.violated:
            continue
        for label, text in pieces(article):
            score = likeness(act, text, weights)
            if score > best:
                best, where = score, label
    clear = (best >= 0.45 and own <= 0.25) or (best >= 0.3 and own <= 0.15)
    if not clear or own * 2.5 > best or (one.violated and own > 0.2):
        return None
    return f"{one.citation.label}规定的是另一事项，与认定的违法行为不对应；规定该行为的是{where}。", where


def _punishes_duty(one: CitedProvision, others: list[CitedProvision]) -> bool:
    """True where the 项 cited names a duty that the decision says was broken."""
    own = title_key(one.article.statute.title)
    broken = {(o.citation.number, o.citation.suffix) for o in others if o.violated and title_key(o.article.statute.title) == own}
    for provision in one.provisions:
        items = [i for i in provision.items if i.number == one.item]
        named = "".join(i.text for i in items) if items else one.article.article.text
        if any((v.number, v.suffix) in broken and v.text in named for v in provision.violated):
            return True
    return False


def _other_trade(context: Context, one: CitedProvision) -> tuple[str, str] | None:
    """A statute for one trade cited in a file that never speaks of that trade, only of another with a statute of its own."""
    trades = context.knowledge.trades
    own = trades.get(title_key(one.article.statute.title))
    told = re.sub(r"《[^》\n]{2,40}》", "", context.folded)
    if own is None or own.search(told):
        return None
    other = max(trades, key=lambda title: len(trades[title].findall(told)))
    if len(trades[other].findall(told)) < 3:
        return None
    return f"案卷所查的行为属于《{other}》调整的事项，{one.citation.label}规定的是另一行业，与违法行为不对应。", ""


def _punishes(article: ShelfArticle) -> bool:
    return bool(re.search(r"罚款|没收|吊销|警告|停业", article.article.text))


def _act(context: Context, start: int, end: int) -> str:
    """The act in the decision's words: the facts it finds and the words before 的行为."""
    body = context.folded[start:end]
    named = [m.group(1) for m in re.finditer(r"([^，。；\n]{4,60})的行为", body)]
    begin = re.search(r"经查明?|查明|违法事实|检查发现|发现", body)
    first = begin.end() if begin else 0
    stop = re.search(r"(?:上述|以上)|证据|违反", body[first:])
    told = body[first : first + (stop.start() if stop else 200)]
    filing = re.search(r"案由[：:][^。；\n]{2,60}", context.folded)
    return "，".join([*named, filing.group() if filing else "", told])
