"""`penalty`: the tier of a penalty provision that applies, its range, and whose power it is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, AsOf, Console, console, day_text, show, show_json
from assistant.errors import NotOnShelf, RefusedInput

if TYPE_CHECKING:
    from assistant.answer.sections.penalty_view import Punished
    from assistant.answer.sections.tiers_for_case import Facts
    from assistant.law.citation.read import Citation
    from assistant.library.shelf.shelf import Shelf
    from assistant.store.records import ShelfArticle


class HarmWord(StrEnum):
    """危害后果 as the option takes it."""

    NONE = "没有"
    SLIGHT = "轻微"
    GRAVE = "较重"


def register(app: typer.Typer) -> None:
    """Put the command on the app."""
    app.command("penalty")(penalty)


def penalty(
    context: typer.Context,
    provision: Annotated[list[str], typer.Argument(metavar="《…》第…条", help="罚则，可写到款、项。")],
    amount: Annotated[
        float | None, typer.Option("--amount", min=0, metavar="元", help="违法所得、违法经营额或货值金额；没有的写 0。")
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="名称", help="--amount 是哪一种数额，如 违法经营额。")] = None,
    serious: Annotated[bool | None, typer.Option("--serious/--not-serious", help="是否情节严重。")] = None,
    corrected: Annotated[bool | None, typer.Option("--corrected/--not-corrected", help="是否已经改正。")] = None,
    repeated: Annotated[bool | None, typer.Option("--repeated/--first", help="再次违法，或者初次违法。")] = None,
    age: Annotated[int | None, typer.Option("--age", min=0, max=130, help="当事人行为时的周岁。")] = None,
    slight: Annotated[bool | None, typer.Option("--slight/--not-slight", help="违法行为是否轻微。")] = None,
    harm: Annotated[HarmWord | None, typer.Option("--harm", help="危害后果。")] = None,
    no_fault: Annotated[bool, typer.Option("--no-fault", help="有证据足以证明没有主观过错。")] = False,
    remedied: Annotated[bool, typer.Option("--remedied", help="主动消除或者减轻危害后果。")] = False,
    confessed: Annotated[bool, typer.Option("--confessed", help="主动供述尚未掌握的违法行为。")] = False,
    merit: Annotated[bool, typer.Option("--merit", help="配合查处有立功表现。")] = False,
    coerced: Annotated[bool, typer.Option("--coerced", help="受胁迫或者诱骗。")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """某一罚则适用哪一档、幅度多少元、依据哪一句、归谁管。只列幅度，不定数额。"""
    from assistant.answer.sections.tiers_for_case import Facts
    from assistant.law.procedure.case import Harm

    facts = Facts(
        amount=amount,
        base=base,
        serious=serious,
        corrected=corrected,
        repeated=repeated,
        age=age,
        slight=slight,
        harm=Harm(harm.value) if harm else None,
        no_fault=no_fault,
        remedied=remedied,
        confessed=confessed,
        merit=merit,
        coerced=coerced,
    )
    body = _body(console(context), "".join(provision), facts, as_of or date.today())
    if as_json:
        show_json(body)
    else:
        _print(body)


def _body(here: Console, named: str, facts: Facts, day: date) -> dict[str, Any]:
    """The whole result for JSON; raises NotOnShelf or RefusedInput with what is wrong and what to do."""
    from assistant.answer.sections.enforcement import benchmarks_for, factor_json
    from assistant.answer.sections.power import power_of
    from assistant.answer.sections.tiers_for_case import NO_NUMBER, all_factors, as_json
    from assistant.library.shelf.shelf import Shelf

    engine = here.open_library()
    shelf = Shelf(engine)
    cited, source = _article(shelf, named, day)
    found = _provisions(shelf, source, cited, day)
    statute = {source.version.id: [a.article for a in shelf.articles(source.version.id)]}
    provisions = []
    for one in found:
        articles = statute.get(one.source.version.id) or [a.article for a in shelf.articles(one.source.version.id)]
        entry = {"law": one.source.statute.title, "article": one.source.article.label} | as_json(one, facts)
        entry["authority"] = power_of(one, here.settings, articles, day).as_json()
        entry["benchmarks"] = list(benchmarks_for([one], engine))
        provisions.append(entry)
    return {
        "law": source.statute.title,
        "article": source.article.label,
        "version": day_text(source.version.version_date),
        "status": source.version.status_on(day).value,
        "text": source.article.text,
        "provisions": provisions,
        "factors": [factor_json(f) for f in facts.factors()],
        "to_check": [factor_json(f) for f in all_factors()],
        "note": NO_NUMBER,
    }


def _article(shelf: Shelf, named: str, day: date) -> tuple[Citation, ShelfArticle]:
    """The provision an argument names, in the text of the day."""
    from assistant.law.citation.read import parse_reference

    cited = next((c for c in parse_reference(named, shelf.names()) if c.title and c.number), None)
    if cited is None:
        raise RefusedInput(named, "没有读出是哪部法的哪一条，请写作《…》第…条")
    statute = shelf.require_statute(cited.title or "")
    source = shelf.article(statute.id, cited.number or 0, cited.suffix, day)
    if source is None:
        raise NotOnShelf(f"《{statute.title}》在 {day} 的文本没有{cited.label}")
    return cited, source


def _provisions(shelf: Shelf, source: ShelfArticle, cited: Citation, day: date) -> list[Punished]:
    """The provisions that punish, and those they borrow their penalties from (依照…处罚)."""
    from assistant.answer.sections.tiers_for_case import chosen

    found = chosen(source, cited.paragraph, cited.item)
    if not found:
        raise RefusedInput(f"《{source.statute.title}》{cited.label}", "没有写处罚；请改用规定处罚的那一条")
    borrowed: list[Punished] = []
    for one in found:
        for link in one.provision.borrowed:
            statute = source.statute if not link.law else shelf.find_statute(link.law)
            lender = shelf.article(statute.id, link.number, link.suffix, day) if statute and link.number else None
            borrowed += chosen(lender, link.paragraph) if lender else []
    keys = {(p.source.id, p.provision.paragraph) for p in found}
    return found + [p for p in borrowed if (p.source.id, p.provision.paragraph) not in keys]


def _print(body: dict[str, Any]) -> None:
    from assistant.answer.sections.tiers_for_case import range_words

    show(f"《{body['law']}》{body['article']}（{body['version']}，{body['status']}）")
    spans = [(t["start"], t["end"]) for p in body["provisions"] if p["article"] == body["article"] for t in p["tiers"]]
    show(_highlighted(body["text"], spans))
    for entry in body["provisions"]:
        place = f"第{entry['paragraph']}款" + (f"第{entry['item']}项" if entry["item"] else "")
        show(f"\n{entry['law']}{entry['article']}{place}　{entry['acts']}")
        if not entry["tiers"]:
            show("  " + ("；".join(entry["borrowed"]) or "所给情形下没有适用的档次"))
        for tier in entry["tiers"]:
            state = "适用" if tier["certain"] else "可能适用，须查明条件"
            who = f"对{tier['addressee']}：" if tier["addressee"] else ""
            show(f"  [{state}] {tier['condition'] or '行为本身'}　{who}{'、'.join(tier['kinds'])}")
            for fine in tier["ranges"]:
                show(f"      {range_words(fine)}")
            show(f"      依据：{tier['sentence'].strip('，；。')}")
        for row in entry["benchmarks"]:
            show(f"  本局裁量基准 {row['grade']}：{row['circumstances']}　{row['range']}（{row['source']}）")
        show(f"  权限　{entry['authority']['text']}")
    show("\n情节")
    for factor in body["factors"] or body["to_check"]:
        show(f"  {factor['effect']}：{factor['factor']}（{factor['article']}）" + (f"，{factor['duty']}" if factor["duty"] else ""))
    show(body["note"] + "。")


def _highlighted(text: str, spans: list[tuple[int, int]]) -> str:
    """The article with the words of the tiers between 【 and 】; overlapping tiers are one stretch."""
    out, at = "", 0
    for start, end in sorted(set(spans)):
        if start < at:
            continue
        out += f"{text[at:start]}【{text[start:end]}】"
        at = end
    return out + text[at:]
