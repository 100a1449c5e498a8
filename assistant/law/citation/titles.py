"""Which statute a 第…条 in running text belongs to: what stands before it, and what went earlier.

Works on squeezed text. The order of preference: a title in 《》, a short name, 该法/本条例 after its
antecedent, an unknown title without brackets, and last a bare 第…条.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from assistant.law.citation.mentions import Mentions
from assistant.law.text.folding import squeeze
from assistant.law.text.titles import title_key

TitleSource = Literal["bracketed", "short", "antecedent", "own"]

_KIND = r"法典|法|条例|办法|规定|细则|规则|解释|决定|规程"
_PRIVATE = r"合同|协议|协议书|章程|意向书|公约"
_NOTE = re.compile(r"[（(]([^（()）]{1,80})[)）]$")
_NOTE_AFTER = re.compile(r"[（(]([^（()）]{1,80})[)）]")
_YEAR_NOTE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:第[一二三四五六七八九十]次)?(?:修订|修正|修改|版|本|文本)"
)
_YEAR_BEFORE = re.compile(r"((?:19|20)\d{2})年?(?:修订|修正|修改|版)后?的?$")
_TRAILING = re.compile(r"(?:中|里|内)?的$|(?:中|里)$|规定的$")
_ANTECEDENT = re.compile(rf"(?<![基合根版样范文])(本|该|同|此|前述|上述|前引)《?({_KIND}|{_PRIVATE}|意见|通知)》?的?$")
_THAT_ARTICLE = re.compile(r"(?:该|同|上述|前述)条(?=第[一二三四五六七八九十\d]{1,3}[款项])")
_UNKNOWN = re.compile(rf"([\u4e00-\u9fff]{{2,30}}(?:{_KIND}))的?$")
#: After these a number without 第 is an article's (…条例29条); 管理规定3条 may count clauses.
_SURE_KIND = re.compile(r"(?:条例|法典|(?<![办方做说看想违执合立司守])法)$")
_LEAD_WORDS = re.compile(
    r"违反了?|根据|依据|依照|按照|遵照|适用|参照|对照|符合|触犯|执行|遵守|规定的|以及|不是|属于|构成|[和与及或并按由以据的了是在对]"
)
_NOT_TITLES = re.compile(
    r"^(?:有关|相关|上述|前述|以上|下列|具体|法律|本|该|此|国家|明确|作出|作|做出|不|未|无|另|均|也)*(?:法|规定|决定|解释|办法|细则|规则|方法|说法|做法|法律规定)$"
)
_ABBREVIATION = re.compile(
    r"》(?:[（(][^（()）]{1,60}[)）])?[（(,，]?[^（()）》《。\n]{0,40}?(?:以下|下)(?:简称|称)(?:为)?[:：]?[“\"《‘「〈]?([^“”\"《》‘’「」（()）,，；;。\n]{1,20})"
)
_LEGAL_NAME = re.compile(
    r"(?:法典|法|条例|办法|规定|细则|规则|解释|决定|规程|通知|意见|公告|通告|批复|复函|答复|修正案|公约|纲要|基准)(?:[（(][^（()）]*[)）])?$"
)
_PRIVATE_NAME = re.compile(rf"(?:{_PRIVATE})(?:[（(][^（()）]*[)）])?$")
_OWN_NAME = re.compile(rf"^[^，。；：:《》\n]{{4,60}}?({_KIND}|意见|通知|制度|{_PRIVATE})(?:[（(][^（()）]*[)）])?$")
_HEADING = re.compile(r"(?:^|\n)第[一二三四五六七八九十百零\d]{1,6}条(?![款项、，的之规和与至])")
_STATE = "中华人民共和国"
#: What may stand right before a short name: the ends of verbs and particles, not of nouns.
_BEFORE_NAMES = "反据照按用合国了和与及或由以对在从是即看问查的犯行于新依因们将把为其现旧原我你请给见至到有要说讲就这那跟需凭引"
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A 《title》: its place with the brackets, and its words in squeezed text."""

    start: int
    end: int
    inner: str


@dataclass(frozen=True, slots=True)
class TitleHit:
    """The statute a reference belongs to. `title` is None where only its own document can be meant."""

    title: str | None
    source: TitleSource
    start: int
    version_year: int | None = None
    note: str = ""


def bracketed_titles(text: str) -> list[Bracketed]:
    """Return the outermost 《…》 of a squeezed text; 《关于修改《…》的决定》 is one title."""
    out: list[Bracketed] = []
    opened: list[int] = []
    for match in re.finditer(r"[《》\n]", text):
        if match.group() == "《":
            opened.append(match.start())
        elif match.group() == "\n":
            # A title never runs on over more than one line end; an unclosed 《 would swallow the rest.
            opened = [o for o in opened if match.start() - o < 40 and "\n" not in text[o : match.start()]]
        elif opened:
            start = opened.pop()
            if not opened and match.end() - start <= _LONGEST_TITLE:
                out.append(Bracketed(start, match.end(), text[start + 1 : match.start()].replace("\n", "")))
    return out


def is_legal_name(inner: str) -> bool:
    """True for what can be the title of a statute or of a document of rules; licences and lists are not."""
    kind = _LEGAL_NAME.search(inner)
    return bool(kind and kind.start() > 0) or inner in ("宪法", _STATE + "宪法")


def note_after(text: str, pos: int) -> tuple[str, int]:
    """Return the （note）s that follow a title at `pos`, joined, and where they end."""
    notes: list[str] = []
    match = _NOTE_AFTER.match(text, pos)
    while match and len(notes) < 3:
        notes.append(match.group(1))
        pos = match.end()
        match = _NOTE_AFTER.match(text, pos)
    return "；".join(notes), pos


def noted_year(note: str) -> int | None:
    """The year of the version a note names (2019年修订), or None. 公布 and 施行 name no version."""
    match = _YEAR_NOTE.search(note)
    return int(match.group(1)) if match else None


def year_before(text: str, pos: int) -> tuple[int | None, int]:
    """The version year named right before a title (2017年修正的《…》), and where it begins."""
    match = _YEAR_BEFORE.search(text[max(0, pos - 14) : pos])
    return (int(match.group(1)), pos - len(match.group())) if match else (None, pos)


class TitleReader:
    """Knows the names in one text and answers which of them a reference belongs to."""

    def __init__(self, text: str, short_names: Mapping[str, str]) -> None:
        self.text = text
        self.brackets = bracketed_titles(text)
        self._ends = {b.end: b for b in self.brackets}
        self._names = {name_key(k): v for k, v in short_names.items() if len(k) > 1}
        self._names |= {name_key(v): v for v in short_names.values()}
        self._longest = max((len(n) for n in self._names), default=0)
        self._mentions = Mentions((*_KIND.split("|"), *_PRIVATE.split("|"), "意见", "通知"))
        self._sentence_ends = [i for i, c in enumerate(text) if c in "。\n"]
        self._those = list(_THAT_ARTICLE.finditer(text))
        self._those_at = [match.start() for match in self._those]
        defined = self._abbreviations()
        #: For each name the text defines: where, and what it stands for; and the longest such name up to each place.
        self._defined: dict[str, list[tuple[int, str]]] = {}
        for place, short, title in defined:
            self._defined.setdefault(short, []).append((place, title))
        self._defined_at = [place for place, _, _ in defined]
        self._longest_defined = list(accumulate((len(short) for _, short, _ in defined), max))
        self.own_kind = _own_kind(text)
        self.has_own_articles = len(_HEADING.findall(text)) >= 3

    def _abbreviations(self) -> list[tuple[int, str, str]]:
        """(place, name, title) of every 《title》（以下简称name）."""
        out = []
        for match in _ABBREVIATION.finditer(self.text):
            bracket = self._ends.get(match.start() + 1)
            if bracket and match.group(1).strip():
                out.append((match.end(), name_key(match.group(1)), bracket.inner))
        return out

    def resolve(self, name: str, pos: int) -> str | None:
        """The full title behind a short name used at `pos`: one the text defines before one that is known."""
        return self._known(name_key(name), pos)

    def _known(self, key: str, pos: int) -> str | None:
        own = self._defined.get(key, [])
        index = bisect_right(own, pos, key=lambda defined: defined[0])
        return own[index - 1][1] if index else self._names.get(key)

    def bracket_title(self, bracket: Bracketed) -> tuple[str, TitleSource]:
        """The title a 《…》 stands for, in full where it is a short name."""
        full = self.resolve(bracket.inner, bracket.start)
        if full is None or title_key(full) == title_key(bracket.inner):
            return bracket.inner, "bracketed"
        return full, "short"

    def mention(self, pos: int, title: str, *, read: bool = True) -> None:
        """Remember that `title` was named at `pos`, for 该法 and 本条例 further on (`Mentions.add`)."""
        self._mentions.add(pos, title, read=read)

    def before(self, pos: int, has_di: bool) -> TitleHit | None:
        """Return what the reference at `pos` belongs to, or None where it stands bare."""
        stem = _TRAILING.sub("", self.text[max(0, pos - 160) : pos])
        at = pos if not stem and pos == 0 else max(0, pos - 160) + len(stem)
        return (
            self._bracket_before(at, has_di) or self._short_before(at) or self._antecedent_before(pos) or self._unknown_before(pos, has_di)
        )

    def _bracket_before(self, pos: int, has_di: bool) -> TitleHit | None:
        end = pos
        notes: list[str] = []
        note = _NOTE.search(self.text[max(0, end - 90) : end])
        while note and len(notes) < 3:
            notes.append(note.group(1))
            end -= len(note.group())
            note = _NOTE.search(self.text[max(0, end - 90) : end])
        bracket = self._ends.get(end)
        if bracket is None or _PRIVATE_NAME.search(bracket.inner) or (not has_di and not is_legal_name(bracket.inner)):
            return None
        title, source = self.bracket_title(bracket)
        year, start = year_before(self.text, bracket.start)
        joined = "；".join(reversed(notes))
        return TitleHit(title, source, start, noted_year(joined) or year, joined)

    def _short_before(self, pos: int) -> TitleHit | None:
        end, year, note = pos, None, _NOTE.search(self.text[max(0, pos - 40) : pos])
        if note and noted_year(note.group(1)):
            end, year = pos - len(note.group()), noted_year(note.group(1))
        index = bisect_right(self._defined_at, end)
        defined = self._longest_defined[index - 1] if index else 0
        for length in range(min(max(self._longest, defined), end), 1, -1):
            name = self.text[end - length : end]
            full = self._known(name, end)
            if full and not _inside_word(self.text, end - length, name):
                start = end - length
                start -= len(_STATE) if self.text.endswith(_STATE, 0, start) else 0
                return TitleHit(full, "short", start, year)
        return None

    def _antecedent_before(self, pos: int) -> TitleHit | None:
        match = _ANTECEDENT.search(self.text[max(0, pos - 12) : pos])
        if not match:
            return None
        start = pos - len(match.group())
        word, kind = match.groups()
        if re.fullmatch(_PRIVATE, kind) or (word == "本" and kind == self.own_kind):
            return TitleHit(None, "own", start)
        title = self._last_of_kind(start, kind)
        if title is None and word == "本":
            return TitleHit(None, "own", start)
        return TitleHit(title, "antecedent", start)

    def _last_of_kind(self, pos: int, kind: str) -> str | None:
        last = self._mentions.last(pos, kind)
        return last[1] if last else None

    def last_in_sentence(self, pos: int) -> str | None:
        """The title last named before `pos` in the same sentence, or None."""
        index = bisect_left(self._sentence_ends, pos)
        last = self._mentions.last(pos)
        return last[1] if last and last[0] > (self._sentence_ends[index - 1] if index else -1) else None

    def _unknown_before(self, pos: int, has_di: bool) -> TitleHit | None:
        match = _UNKNOWN.search(self.text[max(0, pos - 34) : pos])
        if not match or not (has_di or _SURE_KIND.search(match.group(1))):
            return None
        begin = pos - len(match.group())
        words, at = match.group(1), 0
        for lead in _LEAD_WORDS.finditer(words):
            at = lead.end() if lead.end() < len(words) - 1 else at
        name = words[at:]
        if len(name) < 3 or _NOT_TITLES.match(name):
            return None
        return TitleHit(name, "short", begin + at)

    def that_article(self, pos: int) -> re.Match[str] | None:
        """Match of 该条 before 第…款, searched from `pos`."""
        index = bisect_left(self._those_at, pos)
        return self._those[index] if index < len(self._those) else None


@lru_cache(maxsize=16_384)  # every title of a shelf, asked for with every question
def name_key(name: str) -> str:
    """The form short names are compared in: no blanks, width and case folded, no brackets."""
    return squeeze(name).text.replace("《", "").replace("》", "")


def _inside_word(text: str, start: int, name: str) -> bool:
    """True where a short name is only the tail of another title (治安管理处罚法 is not 处罚法)."""
    before = text[max(0, start - 2) : start]
    if not before or not "\u4e00" <= before[-1] <= "\u9fff" or text.endswith(_STATE, 0, start):
        return False
    if before[-1] in "省市县州区盟旗":
        return True
    return len(name) <= 4 and before[-1] not in _BEFORE_NAMES


def _own_kind(text: str) -> str | None:
    """条例, 办法 … where the text itself is one (its title stands in the first lines), else None."""
    lines = [ln for ln in text.split("\n") if ln][:3]
    if len(lines) < 2:
        return None
    for line in lines:
        match = _OWN_NAME.match(line)
        if match:
            return match.group(1)
    return None
