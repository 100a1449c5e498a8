"""Citations of statutes in running text, and the statute and article a question names.

`find_citations` reads what a document cites; whether the citation holds is for `verify` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.law.citation.grammar import Address, Unit, next_article, read_addresses, unit_at
from assistant.law.citation.quotes import Quote, quote_after, quote_before
from assistant.law.citation.titles import TitleHit, TitleReader, TitleSource, is_legal_name, name_key, note_after, noted_year, year_before
from assistant.law.statute.model import article_label
from assistant.law.text.folding import Folded, squeeze
from assistant.law.text.numerals import to_chinese
from assistant.law.text.spans import Spans

_DOC_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,14})[〔﹝\[【]((?:19|20)\d{2})[〕﹞\]】](\d{1,5})号")
#: Words before the letters of an issuer that belong to the sentence (根据武文广旅体〔2021〕40号).
_DOC_LEAD = re.compile(r"^.*(?:根据|依据|按照|依照|参照|执行|印发|关于|文件|文号|以及|公布|发布|[和与及按以的见])(?=..)")
#: The bureau's own case papers are numbered alike (…罚字〔2025〕第5号) and cite nothing.
_CASE_LETTERS = re.compile(r"(?:字|罚|告|听|催|送|移|案|立|复决|行初|行终|民初|民终|裁)$")
_ARTICLE_START = re.compile(r"第")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place of one statute a text names.

    `start` and `end` are offsets in the text given; lists and ranges give one citation a place,
    those of a range sharing its span and `range_end`. `title` is the statute as the text writes it;
    behind a short name or 该条例 it is the title those stand for, and None where there is none to be
    found. `title_source` is `own` where the text speaks of itself (本办法 in a draft 办法, 本合同).
    `version_year` is the year of a version the text names (2019年修订). `quote` is the text in 引号
    attached to the citation, at `quote_start`:`quote_end` without the marks.
    """

    raw: str
    start: int
    end: int
    title: str | None
    title_source: TitleSource
    number: int | None = None
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None
    range_end: int | None = None
    quote: str | None = None
    quote_start: int | None = None
    quote_end: int | None = None
    doc_number: str | None = None
    version_year: int | None = None

    @property
    def label(self) -> str:
        """第…条第…款第…项 in Chinese numerals; empty where no article is named."""
        if self.number is None:
            return ""
        out = article_label(self.number, self.suffix)
        for value, level in ((self.paragraph, "款"), (self.item, "项"), (self.subitem, "目")):
            out += f"第{to_chinese(value)}{level}" if value else ""
        return out


def find_citations(text: str, short_names: Mapping[str, str]) -> list[Citation]:
    """Return every citation in `text`, in order of place.

    `short_names` maps the names a statute is called by to its title; titles given as values are
    known without brackets too. A bare 《title》 of a document of rules is a citation without number.
    """
    return _Finder(text, short_names).find()


def parse_reference(question: str, short_names: Mapping[str, str]) -> list[Citation]:
    """Return what a question names, for exact lookup: articles with their statute, or a statute alone.

    An article named without a statute (第58条第1款) has title None, unless the question names just
    one statute elsewhere. A statute named without brackets or article has number None.
    """
    finder = _Finder(question, short_names)
    found = [c for c in finder.find() if c.number is not None or c.doc_number or c.title_source == "bracketed"]
    taken = Spans((c.start, c.end) for c in found)
    named = [c for c in finder.bare_names() if not taken.touch(c.start, c.end)]
    titles = {c.title for c in (*found, *named) if c.title}
    if len(titles) == 1:
        only = titles.pop()
        found = [replace(c, title=only, title_source="antecedent") if c.title is None and c.number else c for c in found]
        named = [] if any(c.number and c.title for c in found) else named
    return sorted(found + named, key=lambda c: (c.start, c.end))


class _Finder:
    """Reads one text from left to right."""

    def __init__(self, text: str, short_names: Mapping[str, str]) -> None:
        self.full = text
        self.folded: Folded = squeeze(text)
        self.text = self.folded.text
        self.short_names = short_names
        self.titles = TitleReader(self.text, short_names)
        self.found: list[Citation] = []
        self.quotes: list[tuple[int, int, str | None]] = []
        self.taken: list[tuple[int, int]] = []

    def find(self) -> list[Citation]:
        for bracket in self.titles.brackets:
            if is_legal_name(bracket.inner) or self.titles.resolve(bracket.inner, bracket.start):
                self.titles.mention(bracket.start, self.titles.bracket_title(bracket)[0], read=False)
        pos = 0
        while pos < len(self.text):
            pos = self._next(pos)
        self._add_bare_titles()
        self._add_doc_numbers()
        return sorted(self.found, key=lambda c: (c.start, c.end, c.number or 0))

    def _next(self, pos: int) -> int:
        """Read the first reference at or after `pos`; return where to go on."""
        same = self.titles.that_article(pos)
        unit = next_article(self.text, pos, same.start() + 1 if same else None)
        if same and (unit is None or same.start() < unit.start):
            return self._read_same_article(same)
        if unit is None:
            return len(self.text)
        hit = self.titles.before(unit.start, unit.has_di)
        if hit is None and not unit.has_di:
            return self._after_plain_number(unit)
        hit = hit or self._bare(unit)
        return unit.end if hit is None else self._read(hit, read_addresses(self.text, unit))

    def _after_plain_number(self, unit: Unit) -> int:
        """`3、第五条` was read as a list: go on at the 第 within it."""
        inner = _ARTICLE_START.search(self.text, unit.start + 1, unit.end)
        return inner.start() if inner else unit.end

    def _bare(self, unit: Unit) -> TitleHit | None:
        """The statute of a 第…条 nothing stands before: within a quotation the quoted one, then the sentence's."""
        # The text is read forwards: a quotation that has ended is not come back to.
        self.quotes = [quote for quote in self.quotes if quote[1] > unit.start]
        for start, _, title in self.quotes:
            if start <= unit.start:
                return TitleHit(title, "antecedent", unit.start)
        if self.titles.has_own_articles:
            opens_line = unit.start == 0 or self.text[unit.start - 1] == "\n"
            return None if opens_line else TitleHit(None, "own", unit.start)
        title = self.titles.last_in_sentence(unit.start)
        return TitleHit(title, "antecedent" if title else "own", unit.start)

    def _read(self, hit: TitleHit, addresses: list[Address]) -> int:
        """Add the citations of one run of addresses with the quotation attached to it."""
        end = max(a.end for a in addresses)
        quote = quote_after(self.text, end) or quote_before(self.text, hit.start)
        last = len(addresses) - 1
        for index, address in enumerate(addresses):
            # Every place of a range that opens the run begins with the title, as the first one does.
            leads = index == 0 or address.start == addresses[0].start
            span = self.folded.span(hit.start if leads else address.start, address.end)
            self.found.append(self._citation(hit, address, span, quote if index == last else None))
        if hit.title:
            self.titles.mention(hit.start, hit.title)
        if quote:
            self.quotes.append((quote.start, quote.end, hit.title))
        self.taken.append((hit.start, end))
        return end

    def _citation(self, hit: TitleHit, address: Address, span: tuple[int, int], quote: Quote | None) -> Citation:
        at = self.folded.span(quote.start, quote.end) if quote else None
        return Citation(
            raw=self.full[slice(*span)],
            start=span[0],
            end=span[1],
            title=hit.title,
            title_source=hit.source,
            number=address.number,
            suffix=address.suffix,
            paragraph=address.paragraph,
            item=address.item,
            subitem=address.subitem,
            range_end=address.range_end,
            quote=self.full[slice(*at)] if at else None,
            quote_start=at[0] if at else None,
            quote_end=at[1] if at else None,
            doc_number=_doc_number(hit.note),
            version_year=hit.version_year,
        )

    def _read_same_article(self, match: re.Match[str]) -> int:
        """该条第二款: the article cited last, in the paragraph named here."""
        unit = unit_at(self.text, match.end())
        last = self.found[-1] if self.found else None
        if unit is None or last is None or last.number is None or last.title_source == "own":
            return match.end()
        parent = Address(last.number, last.suffix, match.start(), match.end())
        hit = TitleHit(last.title, "antecedent", match.start(), last.version_year)
        return self._read(hit, read_addresses(self.text, unit, parent))

    def _add_bare_titles(self) -> None:
        taken, noted = Spans(self.taken), -1
        for bracket in self.titles.brackets:
            title, source = self.titles.bracket_title(bracket)
            known = is_legal_name(bracket.inner) or source == "short"
            if not known or bracket.start < noted or taken.cover(bracket.start):
                continue
            note, end = note_after(self.text, bracket.end)
            year, start = year_before(self.text, bracket.start)
            span = self.folded.span(start, bracket.end)
            self.taken.append((start, end))
            noted = max(noted, end)
            year = noted_year(note) or year
            self.found.append(Citation(self.full[slice(*span)], *span, title, source, doc_number=_doc_number(note), version_year=year))

    def _add_doc_numbers(self) -> None:
        """Numbers of documents that stand alone; one in brackets after a title belongs to that title."""
        taken = Spans(self.taken)
        for match in _DOC_NUMBER.finditer(self.text):
            letters = _DOC_LEAD.sub("", match.group(1))
            if _CASE_LETTERS.search(letters) or taken.cover(match.start()):
                continue
            span = self.folded.span(match.end(1) - len(letters), match.end())
            number = f"{letters}〔{match.group(2)}〕{match.group(3)}号"
            self.found.append(Citation(self.full[slice(*span)], *span, None, "own", doc_number=number))

    def bare_names(self) -> list[Citation]:
        """Statutes named without brackets and without an article, longest name first."""
        names = {name_key(n): full for n, full in self.short_names.items() if len(n) > 1}
        names |= {name_key(full): full for full in self.short_names.values()}
        longest, out, at = max((len(n) for n in names), default=0), [], 0
        while at < len(self.text):
            piece = next((self.text[at : at + n] for n in range(longest, 1, -1) if self.text[at : at + n] in names), "")
            if piece:
                span = self.folded.span(at, at + len(piece))
                out.append(Citation(self.full[slice(*span)], *span, names[piece], "short"))
            at += len(piece) or 1
        return out


def _doc_number(note: str) -> str | None:
    match = _DOC_NUMBER.search(note)
    return f"{_DOC_LEAD.sub('', match.group(1))}〔{match.group(2)}〕{match.group(3)}号" if match else None
