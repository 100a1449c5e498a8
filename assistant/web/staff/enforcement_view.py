"""What stands under an enforcement answer: the form that narrows its fines, and the steps of the procedure, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from assistant.answer.parts import Answer
from assistant.answer.sections.tiers_for_case import NO_NUMBER, range_words
from assistant.desk.chat.narrowing import Narrowed, NarrowedProvision, bases
from assistant.law.penalty.penalties import PenaltyKind
from assistant.law.procedure.limitation import Factor
from assistant.law.procedure.step import Need
from assistant.law.text.numerals import to_chinese

_UNKNOWN = ("", "不清楚")
_CHOICES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("times", "初次或再次", (("first", "初次"), ("again", "再次"))),
    ("corrected", "是否改正", (("yes", "已改正"), ("no", "未改正"))),
    ("gravity", "情节", (("slight", "轻微"), ("plain", "一般"), ("serious", "严重"))),
    ("harm", "危害后果", (("没有", "没有"), ("轻微", "轻微"), ("较重", "较重"))),
    ("age", "当事人年龄", (("under14", "未满14周岁"), ("minor", "已满14未满18"), ("adult", "已满18周岁"))),
)
_CHECKS = (
    ("confessed", "主动供述"),
    ("remedied", "主动消除或减轻后果"),
    ("coerced", "受胁迫或诱骗"),
    ("merit", "配合查处有立功"),
    ("no_fault", "有证据证明没有主观过错"),
)


def enforcement_parts(answer: Answer, message_id: int) -> list[str]:
    """Return the pieces under the sections of an answer: the form where it has penalties, the procedure where it has one."""
    pieces = [narrow_form(answer, message_id)] if answer.penalties else []
    return pieces + ([procedure_card(answer.procedure, answer.as_of)] if answer.procedure else [])


def narrow_form(answer: Answer, message_id: int) -> str:
    """Return the form that narrows the fines of an answer; desk.js asks for the outcome and puts it below."""
    base = _select("base", "基数", [("", "不限"), *((b, b) for b in bases(answer))])
    choices = "".join(_select(name, label, [_UNKNOWN, *options]) for name, label, options in _CHOICES)
    checks = "".join(f'<label><input type="checkbox" name="{name}" value="1"> {label}</label>' for name, label in _CHECKS)
    return (
        f'<section class="part"><details class="narrow" data-narrow="{message_id}"><summary>按案情缩小幅度</summary><form>'
        '<div class="fields"><label>金额（元）<input type="text" name="amount" inputmode="decimal" maxlength="20" placeholder="没有的写 0"></label>'
        f'{base}{choices}</div><fieldset class="checks"><legend class="off-screen">从轻、减轻情形</legend>{checks}</fieldset>'
        '<div class="line"><button type="submit">列出幅度</button><button type="reset" class="link">清除</button></div></form>'
        '<div class="narrowed" role="status"></div></details></section>'
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f'<option value="{escape(value)}">{escape(word)}</option>' for value, word in options)
    return f'<label>{label}<select name="{name}">{inner}</select></label>'


def narrowed_view(found: Narrowed, message_id: int, day: date) -> str:
    """Return the outcome: provision by provision the tiers with their ranges, then the circumstances with their articles."""
    if not found.provisions:
        return '<p class="failure">库中已没有这些罚则，请重新提问。</p>'
    provisions = "".join(_provision(p, message_id) for p in found.provisions)
    return f'{provisions}{_factors(found, day)}<p class="note">{escape(NO_NUMBER)}。</p>'


def _provision(one: NarrowedProvision, message_id: int) -> str:
    address = escape(one.source.address + _place(one.body["paragraph"], one.body["item"]))
    link = (
        f'<button type="button" class="mark" data-act="cite" data-message="{message_id}" data-mark="{one.mark}"'
        f' aria-label="查看条文：{address}">[{one.mark}]</button>'
        if one.mark
        else ""
    )
    tiers = "".join(_tier(t) for t in one.body["tiers"])
    none = "；".join(one.body["borrowed"]) or "所填情形下没有适用的档次"
    left = f'<p class="note">按所填情形，另有 {one.left_out} 档不适用。</p>' if one.left_out and tiers else ""
    return f"<h4>{address} {link}</h4>" + (f'<ul class="tiers">{tiers}</ul>{left}' if tiers else f'<p class="note">{escape(none)}</p>')


def _place(paragraph: int, item: int | None) -> str:
    """第…款第…项 as documents cite it; the first 款 alone goes without saying."""
    if item is None:
        return f"第{to_chinese(paragraph)}款" if paragraph > 1 else ""
    return f"第{to_chinese(paragraph)}款第{to_chinese(item)}项"


def _tier(tier: dict[str, Any]) -> str:
    state = '<span class="badge in-force">适用</span>' if tier["certain"] else '<span class="badge not-yet">可能适用，须查明</span>'
    who = f"对{tier['addressee']}：" if tier["addressee"] else ""
    ranges = "".join(f'<p class="range">{escape(range_words(r))}</p>' for r in tier["ranges"])
    if not ranges and PenaltyKind.FINE.value in tier["kinds"]:
        ranges = '<p class="note">本档的罚款由条件更具体的一档代替。</p>'
    return (
        f"<li><p>{state} <strong>{escape(tier['condition'] or '行为本身')}</strong>　{escape(who)}{escape('、'.join(tier['kinds']))}</p>{ranges}"
        f'<blockquote class="law-text">{escape(tier["sentence"].strip("，；。"))}</blockquote></li>'
    )


def _factors(found: Narrowed, day: date) -> str:
    """The circumstances of 行政处罚法 第三十至三十三条: those the facts call up, the others folded."""
    called = f"<ul>{''.join(_factor(f, day) for f in found.factors)}</ul>" if found.factors else '<p class="note">所填情形没有触及。</p>'
    rest = "".join(_factor(f, day) for f in found.to_check)
    return (
        f"<h4>从轻、减轻、不予处罚（行政处罚法 第三十至三十三条）</h4>{called}"
        f"<details><summary>其他情形，逐项核对</summary><ul>{rest}</ul></details>"
    )


def _factor(factor: Factor, day: date) -> str:
    duty = f"，并{escape(factor.duty)}" if factor.duty else ""
    return f"<li><strong>{escape(factor.effect.value)}</strong>：{escape(factor.reason)}{duty} {address_button(factor.article, day)}</li>"


def address_button(address: str, day: date) -> str:
    """Return a button that opens an article by its address, as it stands on a day."""
    return f'<button type="button" class="link" data-act="address" data-address="{escape(address)}" data-day="{day.isoformat()}">{escape(address)}</button>'


def procedure_card(steps: Sequence[dict[str, Any]], day: date) -> str:
    """Return the steps of a procedure in order, folded; steps that do not apply are left out."""
    shown = [s for s in steps if s.get("need") != Need.NOT_APPLICABLE.value]
    items = "".join(_step(s, day) for s in shown)
    return (
        f'<section class="part"><details class="procedure"><summary>程序步骤和期限（{len(shown)} 步）</summary>'
        f"<ol>{items}</ol></details></section>"
    )


def _step(step: dict[str, Any], day: date) -> str:
    need = step.get("need", "")
    badge = f' <span class="badge">{escape(need)}</span>' if need and need != Need.REQUIRED.value else ""
    limit = escape(step.get("limit", "")) + (f"（至 {escape(step['due'])}）" if step.get("due") else "")
    lines = [escape(step.get("condition", "")), limit, escape(step.get("note", "")), *(escape(w) for w in step.get("warnings", ()))]
    told = "".join(f"<p>{line}</p>" for line in lines if line)
    articles = " ".join(address_button(a, day) for a in step.get("articles", ()))
    who = f' <span class="note">{escape(step["who"])}</span>' if step.get("who") else ""
    return f"<li><p><strong>{escape(step['step'])}</strong>{badge}{who}</p>{told}<p>{articles}</p></li>"
