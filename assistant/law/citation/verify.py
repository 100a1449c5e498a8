"""核验引用: is each citation of a text good on a given day, and if not, what is right.

Pure: the library is asked through `Shelf`. A citation whose statute is not on the shelf is unknown
(未收录), never wrong. Facts of a case beside a citation are no claims about the article (see `claims`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.law.citation.claims import Claim, attached_claims, nearest_words, provided
from assistant.law.citation.places import missing_place, place_text, shortened_text
from assistant.law.citation.read import Citation, find_citations
from assistant.law.citation.title_match import like_titles, near_title
from assistant.law.citation.verdict_words import differences, repeal_detail, status_words, version_name
from assistant.law.statute.model import Article, Status, article_label
from assistant.law.statute.shelf import RememberedShelf, Repeal, Shelf, ShelfStatute, ShelfVersion
from assistant.law.text.around import since
from assistant.law.text.dates import chinese_date
from assistant.law.text.diff import Agreement, Marks, agreement, diff_marks, likeness, quote_diff
from assistant.law.text.folding import bare
from assistant.law.text.spans import Spans
from assistant.law.text.titles import short_title

__all__ = ["Judged", "Repeal", "Shelf", "ShelfStatute", "ShelfVersion", "Verdict", "diff_marks", "verify_citations"]

#: Shorter words in 引号 are terms or nicknames (“零负团费”), not the wording of an article.
_SHORTEST_QUOTE = 8
#: Below this share of common pieces, words in 引号 after a mere comma are not meant as the article's.
_ALIKE = 0.5
#: As many citations before one in a list are looked at; a list of more is no list.
_MOST_MATES = 40


class Verdict(StrEnum):
    """What is found of a citation."""

    VALID = "有效"
    NO_SUCH_ARTICLE = "条文不存在"
    AMENDED = "已被修改"
    REPEALED = "已废止"
    WRONG_TITLE = "法律名称有误"
    WRONG_TEXT = "引文与原文不符"
    NOT_ON_SHELF = "未收录"

    @property
    def is_alarm(self) -> bool:
        """True where something is to be corrected; what is not on the shelf is only unknown."""
        return self not in (Verdict.VALID, Verdict.NOT_ON_SHELF)


@dataclass(frozen=True, slots=True)
class Judged:
    """A citation and what is found of it.

    `detail` is a Chinese sentence for the reader. `correct` is the address that is right (《…》第…条)
    where the citation is not; `current` the label of the article that has the cited text in the version
    that counts on the day, None where there is none. `diff` is as `comparison.diff_marks` gives it:
    the document's words against the statute's, empty unless 引文与原文不符.
    """

    citation: Citation
    verdict: Verdict
    detail: str
    correct: str | None = None
    current: str | None = None
    diff: list[tuple[str, str]] = field(default_factory=list)


def verify_citations(text: str, shelf: Shelf, as_of: date, found: Sequence[Citation] | None = None) -> list[Judged]:
    """Return every citation of `text`, judged on the day `as_of`, in order of place.

    `as_of` is the day that matters: today, or the day of the conduct where a case is about an
    earlier one (行政处罚法 第三十七条); the version in force on it counts. What the text says of itself
    (本办法 in a draft 办法, 本合同) is left out, and so are the citations within a quoted article:
    they are that article's words and are compared with it. `found` are the citations where they were read already.
    """
    remembered = RememberedShelf(shelf)
    found = find_citations(text, remembered.short_names()) if found is None else found
    quotes = Spans((c.quote_start, c.quote_end) for c in found if c.quote_start is not None and c.quote_end is not None)
    cited = [c for c in found if c.title_source != "own" or c.doc_number]
    citations = [c for c in cited if not quotes.cover(c.start)]
    starts = [c.start for c in citations]
    return [_Case(text, remembered, as_of, citations, starts, i).judge() for i in range(len(citations))]


class _Case:
    """One citation before its judge."""

    def __init__(
        self, text: str, shelf: RememberedShelf, as_of: date, citations: Sequence[Citation], starts: Sequence[int], index: int
    ) -> None:
        self.text, self.shelf, self.as_of = text, shelf, as_of
        self.citations, self.starts, self.index = citations, starts, index
        self.cited = citations[index]

    def judge(self) -> Judged:
        statute = self._statute()
        if statute is None:
            return self._unknown_title()
        version = statute.version_on(self.as_of)
        if version is None:
            return self._before_the_shelf(statute)
        ended = self._repealed(statute, version)
        return ended or self._in_version(statute, version)

    def _statute(self) -> ShelfStatute | None:
        if self.cited.title is None:
            return self.shelf.by_doc_number(self.cited.doc_number) if self.cited.doc_number else None
        # Titles within titles are also written with angle signs from the keyboard.
        return self.shelf.statute(self.cited.title.replace("<", "〈").replace(">", "〉"))

    def _say(
        self, verdict: Verdict, detail: str, correct: str | None = None, current: str | None = None, diff: Marks | None = None
    ) -> Judged:
        return Judged(self.cited, verdict, detail, correct, current, diff or [])

    # -- titles ---------------------------------------------------------------------------------

    def _unknown_title(self) -> Judged:
        title = self.cited.title
        if title is None:
            what = f"文件{self.cited.doc_number}" if self.cited.doc_number else "所指法律文件"
            return self._say(Verdict.NOT_ON_SHELF, f"{what}未收录，无法核验。")
        if self.shelf.is_held_back(title):
            return self._say(Verdict.NOT_ON_SHELF, f"《{short_title(title)}》的文本或者效力正在核实，暂时无法核验。")
        repeal = self.shelf.repealed_by(title)
        if repeal and (repeal.effective is None or repeal.effective <= self.as_of):
            return self._say(Verdict.REPEALED, repeal_detail(title, repeal), f"《{short_title(repeal.by_title)}》")
        candidates = tuple(self.shelf.similar_titles(title))
        near = near_title(title, candidates) if self.cited.title_source != "short" else None
        near = near or self._title_by_quote(candidates)
        if near:
            address = self._address(near, self.cited.label)
            return self._say(Verdict.WRONG_TITLE, f"没有收录《{short_title(title)}》，名称相近的是《{short_title(near)}》。", address)
        like = like_titles(title, candidates)
        hint = "名称相近的有" + "、".join(f"《{short_title(t)}》" for t in like) + "，请核对。" if like else ""
        return self._say(Verdict.NOT_ON_SHELF, f"《{short_title(title)}》未收录，无法核验。{hint}")

    def _title_by_quote(self, candidates: Sequence[str]) -> str | None:
        """The candidate whose cited article has the quotation word for word: proof of a wrong title."""
        quote, number = self.cited.quote, self.cited.number
        if not quote or number is None or len(bare(quote).text) < _SHORTEST_QUOTE:
            return None
        for title in candidates:
            statute = self.shelf.statute(title)
            version = statute.version_on(self.as_of) if statute else None
            article = self.shelf.article(version, number, self.cited.suffix) if version else None
            if article and agreement(quote, article.text) is not Agreement.DIFFERS:
                return title
        return None

    def _address(self, title: str, label: str) -> str:
        return f"《{short_title(title)}》{label}"

    # -- versions -------------------------------------------------------------------------------

    def _before_the_shelf(self, statute: ShelfStatute) -> Judged:
        """The day lies before every version on the shelf: a match proves the citation, nothing disproves it."""
        first = statute.in_time()[0] if statute.versions else None
        if first is None:
            return self._say(Verdict.NOT_ON_SHELF, f"《{statute.title}》未收录正文，无法核验。")
        judged = self._in_version(statute, first)
        note = f"收录的《{statute.title}》自{chinese_date(first.starts)}起施行，{chinese_date(self.as_of)}的文本未收录"
        if judged.verdict is Verdict.VALID:
            return self._say(Verdict.VALID, f"{note}；与收录的文本相符。", None, judged.current)
        return self._say(Verdict.NOT_ON_SHELF, f"{note}，无法核验。")

    def _repealed(self, statute: ShelfStatute, version: ShelfVersion) -> Judged | None:
        if version.status is not Status.REPEALED or (version.effective_to and version.effective_to > self.as_of):
            return None
        repeal = self.shelf.repealed_by(statute.title)
        if repeal:
            correct = f"《{short_title(repeal.by_title)}》"
            return self._say(Verdict.REPEALED, repeal_detail(statute.title, repeal), correct)
        day = f"自{chinese_date(version.effective_to)}起" if version.effective_to else ""
        return self._say(Verdict.REPEALED, f"《{statute.title}》{day}已废止。")

    def _in_version(self, statute: ShelfStatute, version: ShelfVersion) -> Judged:
        year = self.cited.version_year
        if year and year not in version.years:
            return self._other_version(statute, version, year)
        if self.cited.number is None:
            return self._say(Verdict.VALID, f"《{statute.title}》{status_words(version, self.as_of)}。")
        article = self.shelf.article(version, self.cited.number, self.cited.suffix)
        if article is None:
            return self._no_article(statute, version)
        return self._in_article(statute, version, article)

    def _other_version(self, statute: ShelfStatute, version: ShelfVersion, year: int) -> Judged:
        """The text names a version by its year, and it is not the one that counts."""
        if year > max(version.years, default=0) and not any(year in v.years for v in statute.versions):
            return self._say(Verdict.NOT_ON_SHELF, f"《{statute.title}》{year}年的文本未收录，无法核验。")
        named = next((v for v in statute.in_time() if year in v.years), None)
        if named and named.starts > self.as_of:
            start = chinese_date(named.starts)
            detail = f"《{statute.title}》{year}年的文本自{start}起施行，{chinese_date(self.as_of)}适用的是{version_name(version)}。"
            return self._say(Verdict.WRONG_TEXT, detail, self._address(statute.title, self.cited.label))
        detail = f"《{statute.title}》{year}年的文本已被修改，应适用{version_name(version)}。"
        return self._amended(statute, named, version, detail)

    def _amended(self, statute: ShelfStatute, old: ShelfVersion | None, version: ShelfVersion, detail: str) -> Judged:
        """已被修改, with the article that carries on the cited text in the version that counts."""
        number, suffix = self.cited.number, self.cited.suffix
        if number is None:
            return self._say(Verdict.AMENDED, detail, f"《{statute.title}》")
        moved = self.shelf.moved_to(old, number, suffix, version) if old else None
        if moved is None:
            return self._say(Verdict.AMENDED, f"{detail}修改后没有对应的条文。" if old else detail)
        where = f"该条内容现为{moved.label}。" if (moved.number, moved.suffix) != (number, suffix) else f"该条现仍为{moved.label}。"
        return self._say(Verdict.AMENDED, detail + where, self._address(statute.title, moved.label), moved.label)

    # -- articles -------------------------------------------------------------------------------

    def _no_article(self, statute: ShelfStatute, version: ShelfVersion) -> Judged:
        number, suffix = self.cited.number or 0, self.cited.suffix
        numbered = [a for a in self.shelf.articles(version) if a.number]
        if not numbered:
            return self._say(Verdict.NOT_ON_SHELF, f"收录的《{statute.title}》不分条，无法按条核验。")
        for older in reversed([v for v in statute.in_time() if v.starts < version.starts]):
            if self.shelf.article(older, number, suffix):
                former = f"{article_label(number, suffix)}是《{statute.title}》修改前（{version_name(older)}）的条文"
                detail = f"{former}，{version_name(version)}已无此条。"
                return self._amended(statute, older, version, detail)
        right = self._elsewhere(statute, version)
        last = max(a.number for a in numbered)
        detail = f"《{statute.title}》（{version_name(version)}）共{last}条，没有{article_label(number, suffix)}。"
        if suffix and number <= last:
            detail = f"《{statute.title}》（{version_name(version)}）没有{article_label(number, suffix)}。"
        return self._say(Verdict.NO_SUCH_ARTICLE, detail + (f"引文见{right.label}。" if right else ""), self._maybe(statute, right))

    def _maybe(self, statute: ShelfStatute, article: Article | None) -> str | None:
        return self._address(statute.title, article.label) if article else None

    def _in_article(self, statute: ShelfStatute, version: ShelfVersion, article: Article) -> Judged:
        missing = missing_place(article, self.cited.paragraph, self.cited.item)
        if missing:
            earlier = self._place_in_older(statute, version)
            if earlier:
                return earlier
            right = self._address(statute.title, missing.correct) if missing.correct else None
            return self._say(Verdict.NO_SUCH_ARTICLE, missing.detail, right, article.label)
        if self._has_quote():
            return self._quoted(statute, version, article)
        wrong = self._wrong_claim(statute, version, article)
        return wrong or self._say(Verdict.VALID, f"{self.cited.label}{status_words(version, self.as_of)}。", None, article.label)

    def _place_in_older(self, statute: ShelfStatute, version: ShelfVersion) -> Judged | None:
        """已被修改 where the cited 款 or 项 is one of an older version whose text stands elsewhere now."""
        number, suffix = self.cited.number or 0, self.cited.suffix
        for older in reversed([v for v in statute.in_time() if v.starts < version.starts]):
            former = self.shelf.article(older, number, suffix)
            moved = self.shelf.moved_to(older, number, suffix, version) if former else None
            if former and moved and moved.number != number and not missing_place(former, self.cited.paragraph, self.cited.item):
                detail = f"{self.cited.label}是《{statute.title}》修改前（{version_name(older)}）的条文。"
                return self._amended(statute, older, version, detail)
        return None

    # -- quotations -----------------------------------------------------------------------------

    def _lead(self) -> str:
        start = self.cited.quote_start
        return "：" if start is None or start < self.cited.start else self.text[self.cited.end : start]

    def _is_introduced(self) -> bool:
        """True where the quotation is said to be the article's wording (规定：“…”), not only put beside it."""
        lead = self._lead()
        return any(mark in lead for mark in "：:") or ("规定" in lead and "规定的" not in lead)

    def _has_quote(self) -> bool:
        quote = self.cited.quote
        if not quote:
            return False
        folded = bare(quote).text
        return len(folded) >= _SHORTEST_QUOTE or self._is_introduced() or (len(folded) > 3 and any(c.isnumeric() for c in folded))

    def _quoted(self, statute: ShelfStatute, version: ShelfVersion, article: Article) -> Judged:
        quote = self.cited.quote or ""
        place = place_text(article, self.cited.paragraph, self.cited.item)
        found = agreement(quote, place)
        if found is Agreement.DIFFERS:
            found = agreement(quote, shortened_text(article, quote)) if self.cited.paragraph is None else found
        if found is Agreement.DIFFERS:
            found = self._in_list(version, article, quote)
        if found is not Agreement.DIFFERS:
            note = "（数字写法与原文不同，数值相同）" if found is Agreement.NUMERALS else ""
            return self._say(
                Verdict.VALID, f"引文与{self.cited.label}相符{note}，{status_words(version, self.as_of)}。", None, article.label
            )
        older = self._older_text(statute, version, article, quote)
        return older or self._misquoted(statute, version, article, place)

    def _in_list(self, version: ShelfVersion, article: Article, quote: str) -> Agreement:
        """A quotation after 第…条、第…条 may be any one's, or run on over the articles that follow."""
        for mate in self._list_mates():
            other = self.shelf.article(version, mate.number or 0, mate.suffix)
            found = agreement(quote, place_text(other, mate.paragraph, mate.item)) if other else Agreement.DIFFERS
            if found is not Agreement.DIFFERS:
                return found
        if len(bare(quote).text) > len(bare(article.text).text):
            following = [a for a in self.shelf.articles(version) if article.ordinal <= a.ordinal <= article.ordinal + 3]
            return agreement(quote, "".join((a.label if a is not following[0] else "") + a.text for a in following))
        return Agreement.DIFFERS

    def _list_mates(self) -> list[Citation]:
        """Citations of the same statute listed right before this one, nearest first."""
        out: list[Citation] = []
        last = self.cited
        for index in range(self.index - 1, max(-1, self.index - 1 - _MOST_MATES), -1):
            other = self.citations[index]
            between = self.text[other.end : last.start]
            if other.title != self.cited.title or other.quote or len(between) > 3 or any(c in between for c in "。；\n"):
                break
            out.append(other)
            last = other
        return out

    def _older_text(self, statute: ShelfStatute, version: ShelfVersion, article: Article, quote: str) -> Judged | None:
        """已被修改 where an older version has the quotation at the cited number."""
        for older in reversed([v for v in statute.in_time() if v.starts < version.starts]):
            former = self.shelf.article(older, article.number, article.suffix)
            if former and agreement(quote, former.text) is not Agreement.DIFFERS:
                detail = f"引文是《{statute.title}》修改前（{version_name(older)}）{former.label}的文字，已被修改。"
                return self._amended(statute, older, version, detail)
        return None

    def _misquoted(self, statute: ShelfStatute, version: ShelfVersion, article: Article, place: str) -> Judged:
        quote, label = self.cited.quote or "", self.cited.label
        right = self._elsewhere(statute, version)
        if right:
            same = right.label == article.label
            where = f"不在{label}，而在该条的其他款、项" if same else f"不在{label}，而在{right.label}"
            diff = quote_diff(quote, place)
            return self._say(Verdict.WRONG_TEXT, f"引文{where}。", self._address(statute.title, right.label), right.label, diff)
        alike = likeness(quote, article.text)
        if alike < _ALIKE and not self._is_introduced():
            return self._say(Verdict.VALID, f"{label}{status_words(version, self.as_of)}。", None, article.label)
        later = self._later_text(statute, version, article)
        diff = quote_diff(quote, place if likeness(quote, place) >= alike else article.text)
        detail = f"引文与{label}原文不符：{differences(diff)}。" + later
        return self._say(Verdict.WRONG_TEXT, detail, self._address(statute.title, label), article.label, diff)

    def _later_text(self, statute: ShelfStatute, version: ShelfVersion, article: Article) -> str:
        """A sentence where a version not yet in force on the day has the quotation."""
        for later in (v for v in statute.in_time() if v.starts > version.starts):
            other = self.shelf.article(later, article.number, article.suffix)
            if other and agreement(self.cited.quote or "", other.text) is not Agreement.DIFFERS:
                return f"引文是自{chinese_date(later.starts)}起施行的文字，{chinese_date(self.as_of)}尚未生效。"
        return ""

    def _elsewhere(self, statute: ShelfStatute, version: ShelfVersion) -> Article | None:
        """The article of the version that has the quotation word for word, or None."""
        quote = self.cited.quote
        if not quote or len(bare(quote).text) < _SHORTEST_QUOTE:
            return None
        return next((a for a in self.shelf.articles(version) if a.number and agreement(quote, a.text) is Agreement.EXACT), None)

    # -- claims ---------------------------------------------------------------------------------

    def _wrong_claim(self, statute: ShelfStatute, version: ShelfVersion, article: Article) -> Judged | None:
        """引文与原文不符 where the words beside the citation say the article provides what it does not."""
        articles = [article]
        for mate in self._list_mates():
            other = self.shelf.article(version, mate.number or 0, mate.suffix)
            articles += [other] if other else []
        for claim in self._claims():
            if any(provided(claim, a.text) for a in articles):
                continue
            older = self._older_claim(statute, version, article, claim)
            if older:
                return older
            right = self._claimed_elsewhere(version, article, claim)
            words = nearest_words(claim, [a.text for a in articles])
            detail = f"文中称{self.cited.label}规定“{claim.words}”，" + (f"原文为“{words}”。" if words else "该条没有这样的规定。")
            correct = self._address(statute.title, right.label if right and not words else self.cited.label)
            return self._say(Verdict.WRONG_TEXT, detail, correct, article.label, diff_marks(claim.words, words))
        return None

    def _claims(self) -> list[Claim]:
        start, end = self.cited.start, self.cited.end
        next_one = bisect_left(self.starts, end, self.index + 1)
        after = self.text[end : min([end + 400, *self.starts[next_one : next_one + 1]])]
        return attached_claims(after, self.text[since(self.text, start, "，。；\n") : start])

    def _older_claim(self, statute: ShelfStatute, version: ShelfVersion, article: Article, claim: Claim) -> Judged | None:
        for older in reversed([v for v in statute.in_time() if v.starts < version.starts]):
            former = self.shelf.article(older, article.number, article.suffix)
            if former and provided(claim, former.text):
                detail = f"“{claim.words}”是《{statute.title}》修改前（{version_name(older)}）{former.label}的规定，已被修改。"
                return self._amended(statute, older, version, detail)
        return None

    def _claimed_elsewhere(self, version: ShelfVersion, article: Article, claim: Claim) -> Article | None:
        """The one other article that provides what is claimed; None where several do."""
        if len(claim.values) < 2:
            return None
        found = [a for a in self.shelf.articles(version) if a.number and a is not article and provided(claim, a.text)]
        return found[0] if len(found) == 1 else None
