"""A statute's plain text → its articles, each with part, chapter and section.

Takes lines as any reader gives them (one paragraph a line; see `layout` for broken lines).
Markdown heading marks are understood and never kept. Nothing is corrected: an article's text is
the source's text with surrounding white space removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.law.statute.headers import file_name_facts, read_header
from assistant.law.statute.model import Article, Level, ParsedDocument
from assistant.law.text.dates import DATE_PATTERN
from assistant.law.text.numerals import NUMERAL_CHARS, fold_width, to_int
from assistant.law.text.titles import short_title, title_key

_N = rf"[{NUMERAL_CHARS}\s]{{1,14}}?"
ARTICLE_START = re.compile(rf"^[第笫]({_N})条(?:\s*之\s*([一二三四五六七八九十]{{1,3}}))?(?P<gap>[\s:：]*)(?P<rest>.*)$", re.S)
#: A label alone, as a table or a citation gives it: 第一百二十条之一.
ARTICLE_LABEL = re.compile(rf"^第({_N})条(?:之([一二三四五六七八九十]{{1,3}}))?$")
_HEADING = re.compile(rf"^第({_N})(分编|编|章|节)\s*(.*)$")
_MARK = re.compile(r"^(#{1,6})\s*(.*)$")
_LISTED_HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。；，：]{1,24}$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_HEADER_END = re.compile(r"^<!--\s*INFO END\s*-->$")
_APPENDIX = re.compile(r"^附(?:件|表|录|则图|图)?\s*+[\d一二三四五六七八九十]{0,2}\s*+(?:[：:].*)?$")
#: Words after 第N条 that make the line a reference in running text, not the start of an article.
_REFERENCE = re.compile(r"^(?:第|规定|、|至|和|或|所|的|之|以及|及|款|项|中|与|修改|改为|增加|删去|，|。|；)")
_SIGNATURE = re.compile(r"^[\u4e00-\u9fff（）()、\s]{2,40}(?:院|会|部|局|署|厅|府|室|委)$")
_DATE_LINE = re.compile(rf"^\s*{DATE_PATTERN.pattern}\s*$")


@dataclass
class _Place:
    """Where the reader of the lines stands."""

    part: str = ""
    chapter: str = ""
    section: str = ""

    def enter(self, kind: str, name: str) -> None:
        if kind in ("编", "分编"):
            self.part = f"{self.part.split(' · ')[0]} · {name}" if kind == "分编" and self.part else name
            self.chapter = self.section = ""
        elif kind == "章":
            self.chapter, self.section = name, ""
        else:
            self.section = name


@dataclass
class _Body:
    """Articles as they are gathered, and the loose lines before and after them."""

    articles: list[Article] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    appendix: list[str] = field(default_factory=list)


def parse_document(text: str, name: str = "", level_hint: Level | None = None) -> ParsedDocument:
    """Return the document in `text`; `name` is the file name without its ending.

    `level_hint` is used only where the text does not tell its level. A text without articles is
    kept by paragraph, each an `Article` with number 0. `warnings` name what could not be read.
    """
    lines = [_clean(ln) for ln in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    title, head, rest = _split_head(lines, name)
    body = _read_articles(rest)
    if level_hint is Level.CASE or not _reads_as_statute(title, body.articles):
        body = _read_pieces(rest)
    signature = _take_signature(body)
    file_title, file_date = file_name_facts(name)
    header = read_header(title, head, tuple(body.articles), file_date)
    level = _settle_level(header.level, level_hint)
    warnings = []
    if not title:
        warnings.append("未能读出标题")
    if level is None:
        warnings.append("未能读出效力层级")
    if header.version_date is None:
        warnings.append("未能读出公布日期")
    return ParsedDocument(
        title=short_title(title or file_title),
        articles=tuple(body.articles),
        level=level,
        issuer=header.issuer,
        doc_number=header.doc_number,
        region=header.region if level and level.rank >= Level.LOCAL_REGULATION.rank else "",
        promulgated=header.promulgated,
        version_date=header.version_date,
        effective_from=header.effective_from,
        history=header.history,
        preamble="\n".join(body.preamble),
        signature=signature,
        appendix="\n".join(body.appendix),
        warnings=tuple(warnings),
    )


def _settle_level(read: Level | None, hint: Level | None) -> Level | None:
    """The level the text names; a ministry's or the State Council's word yields to the collection's folder.

    Older regulations were approved by the State Council and issued by a ministry, which their
    heads do not tell apart from a ministry's own rule.
    """
    if read in (Level.ADMINISTRATIVE_REGULATION, Level.DEPARTMENT_RULE, Level.LOCAL_RULE, None):
        return hint or read
    return Level.CASE if hint is Level.CASE else read


def number_gaps(articles: tuple[Article, ...]) -> list[str]:
    """Return the labels at which article numbers do not run 1…N without gap or repeat.

    An inserted 第N条之M must follow its base article; a part of a code may start above one only
    where the caller joins the parts first.
    """
    out, last = [], (0, 0)
    for article in (a for a in articles if a.number):
        here = (article.number, article.suffix)
        follows = here == (last[0] + 1, 0) or (article.suffix and here == (last[0], last[1] + 1))
        if not follows:
            out.append(article.label)
        last = here
    return out


def _clean(line: str) -> str:
    line = line.replace("\ufeff", "").replace("\u200b", "").replace("\xa0", " ")
    return line.strip(" \t\u3000")


def _split_head(lines: list[str], name: str) -> tuple[str, list[str], list[str]]:
    """Cut the lines into title, head (dates and issuers) and the rest."""
    end = next((i for i, ln in enumerate(lines) if _HEADER_END.match(ln)), None)
    if end is not None:
        head = [ln for ln in lines[:end] if ln]
        titles = [_MARK.sub(r"\2", ln).strip() for ln in head if ln.startswith("#")]
        parts = [f"# {t}" for t in titles[1:]]
        return titles[0] if titles else "", [ln for ln in head if not ln.startswith("#")], parts + lines[end + 1 :]
    return _split_plain_head(lines, name)


def _split_plain_head(lines: list[str], name: str) -> tuple[str, list[str], list[str]]:
    """Head of a text without marks: the title's lines, then dated lines, then the body."""
    title, index = "", 0
    expected = title_key(file_name_facts(name)[0])
    while index < len(lines) and len(title) < 80:
        line = _MARK.sub(r"\2", lines[index]).strip()
        if not line:
            index += 1
            continue
        if title and (title_key(title) == expected or _opens_body(line) or DATE_PATTERN.search(line) or line[0] in "（("):
            break
        if _opens_body(line) or _ends_sentence(line):
            break
        title += line
        index += 1
        if not _title_is_open(title, expected):
            break
    start = index
    while index < len(lines) and not _opens_body(lines[index]) and (not lines[index] or _is_head_line(lines[index])):
        index += 1
    return title, [ln.strip("（）() ") for ln in lines[start:index] if ln], lines[index:]


def _title_is_open(title: str, expected: str) -> bool:
    """True while a title may go on in the next line (中华人民共和国 / 旅游法)."""
    key = title_key(title)
    if expected and expected.startswith(key) and key != expected:
        return True
    return title.replace(" ", "") == "中华人民共和国" or title.endswith(("关于", "的", "、", "和"))


def _is_head_line(line: str) -> bool:
    folded = fold_width(line)
    return (
        bool(DATE_PATTERN.search(folded))
        or line[0] in "（("
        or bool(re.search(r"(?:令|公告)?第\S{1,8}号|〔\d{4}〕", folded))
        or (len(line) < 30 and not _ends_sentence(line))
    )


def _ends_sentence(line: str) -> bool:
    return line.endswith(("。", "；", "："))


def _opens_body(line: str) -> bool:
    bare = _MARK.sub(r"\2", line).strip()
    return bool(_CONTENTS.match(bare) or _heading(line) or _article_start(bare, 0))


def _heading(line: str) -> tuple[str, str] | None:
    """(kind, name) where the line is a heading of a 编, 章 or 节; Markdown headings of other words are 章."""
    mark = _MARK.match(line)
    bare = mark.group(2).strip() if mark else line
    match = _HEADING.match(bare)
    if match and len(bare) <= 60 and not _ends_sentence(bare) and not _REFERENCE.match(match.group(3)):
        number = re.sub(r"\s+", "", match.group(1))
        name = re.sub(r"\s+", "", match.group(3))
        return match.group(2), f"第{number}{match.group(2)}" + (f" {name}" if name else "")
    if mark and bare and not _article_start(bare, 0):
        return ("编" if len(mark.group(1)) == 1 else "章" if len(mark.group(1)) == 2 else "节"), re.sub(r"\s+", " ", bare)
    return None


def _article_start(line: str, last: int) -> tuple[int, int, str] | None:
    """(number, suffix, text) where the line opens an article after article number `last`."""
    match = ARTICLE_START.match(line)
    if not match:
        return None
    number = to_int(re.sub(r"\s+", "", match.group(1)))
    if number is None or number == 0:
        return None
    suffix = to_int(match.group(2)) or 0 if match.group(2) else 0
    rest = match.group("rest")
    if not match.group("gap") and (_REFERENCE.match(rest) or not _continues(number, suffix, last)):
        return None
    return number, suffix, rest.strip()


def _continues(number: int, suffix: int, last: int) -> bool:
    """True where a number may follow `last` without a space after 第N条: the next, or one a scan lost before it."""
    return last == 0 or last < number <= last + 3 or (number == last and suffix > 0)


def _read_articles(lines: list[str]) -> _Body:
    """Gather articles; loose lines before the first are the preamble, 附件 and after are appendix."""
    body, place = _Body(), _Place()
    current: list[str] = []
    open_article: tuple[int, int, _Place] | None = None
    pending_kind = ""

    def close() -> None:
        nonlocal open_article, current
        if open_article is not None:
            number, suffix, at = open_article
            text = "\n".join(current)
            body.articles.append(Article(number, suffix, text, len(body.articles) + 1, at.part, at.chapter, at.section))
        open_article, current = None, []

    for index, line in enumerate(lines):
        if not line or _CONTENTS.match(_MARK.sub(r"\2", line)):
            continue
        if body.appendix or (open_article and _APPENDIX.match(_MARK.sub(r"\2", line))):
            close()
            body.appendix.append(_MARK.sub(r"\2", line))
            continue
        start = _article_start(_MARK.sub(r"\2", line), open_article[0] if open_article else 0)
        if start:
            close()
            open_article = (start[0], start[1], _Place(place.part, place.chapter, place.section))
            current = [start[2]] if start[2] else []
            pending_kind = ""
            continue
        heading = _heading(line) or _listed_heading(line, lines, index)
        if heading:
            close()
            place.enter(*heading)
            pending_kind = heading[0] if " " not in heading[1] and heading[1].startswith("第") else ""
        elif pending_kind and len(line) <= 30 and not _ends_sentence(line):
            _complete_heading(place, pending_kind, line)
            pending_kind = ""
        elif open_article:
            current.append(line)
        else:
            body.preamble.append(line)
    close()
    return body


def _listed_heading(line: str, lines: list[str], index: int) -> tuple[str, str] | None:
    """`一、一般规定` standing alone right before an article is a chapter heading."""
    if not _LISTED_HEADING.match(line):
        return None
    following = next((ln for ln in lines[index + 1 :] if ln), "")
    return ("章", line) if _article_start(following, 0) else None


def _complete_heading(place: _Place, kind: str, name: str) -> None:
    """Join a heading whose number and name stand on two lines."""
    text = re.sub(r"\s+", "", name)
    if kind == "章":
        place.chapter += f" {text}"
    elif kind == "节":
        place.section += f" {text}"
    else:
        place.part += f" {text}"


def _reads_as_statute(title: str, articles: list[Article]) -> bool:
    """False for a text that only quotes articles: a 修改…的决定, a 修正案, a model case."""
    if not articles or (articles[0].number != 1 and len(articles) == 1):
        return False
    quotes = re.search(r"(?:修改|废止).{0,80}的?决定$|修正案", title)
    return not (quotes and articles[0].number != 1)


def _read_pieces(lines: list[str]) -> _Body:
    """A document without articles, one piece a paragraph; items stay with the line that leads them."""
    body, place = _Body(), _Place()
    texts: list[tuple[str, _Place]] = []
    for line in lines:
        if not line or _CONTENTS.match(_MARK.sub(r"\2", line)):
            continue
        heading = _heading(line) if line.startswith("#") else None
        if heading:
            place.enter(*heading)
        elif texts and re.match(r"^[（(][一二三四五六七八九十]+[）)]", line) and texts[-1][1] == place:
            texts[-1] = (f"{texts[-1][0]}\n{line}", texts[-1][1])
        else:
            texts.append((line, _Place(place.part, place.chapter, place.section)))
    for ordinal, (text, at) in enumerate(texts, 1):
        body.articles.append(Article(0, 0, text, ordinal, at.part, at.chapter, at.section))
    return body


def _take_signature(body: _Body) -> str:
    """Cut issuer and date lines off the end of the last article; return them."""
    if not body.articles or not body.articles[-1].number:
        return ""
    last = body.articles[-1]
    lines = last.text.split("\n")
    cut = len(lines)
    while cut > 1 and (_DATE_LINE.match(fold_width(lines[cut - 1])) or _SIGNATURE.match(lines[cut - 1])):
        cut -= 1
    if cut == len(lines):
        return ""
    body.articles[-1] = Article(last.number, last.suffix, "\n".join(lines[:cut]), last.ordinal, last.part, last.chapter, last.section)
    return "\n".join(lines[cut:])
