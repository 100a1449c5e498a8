"""`review` and `eval-review`: the first reading of a document, and how good it is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, AsOf, console, show, show_json

if TYPE_CHECKING:
    from assistant.review.text.model import Review


class Kind(StrEnum):
    """The kinds of document on the command line."""

    PENALTY = "penalty"
    CONTRACT = "contract"
    NORMATIVE = "normative"


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("review")(review)
    app.command("eval-review")(eval_review)


def review(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="要审查的文件（DOCX、PDF、TXT），一案可给多个文件或者一个 ZIP。")],
    kind: Annotated[Kind, typer.Option("--kind", help="penalty 行政处罚案卷，contract 合同，normative 文件草案。")],
    as_json: AsJson = False,
    docx: Annotated[Path | None, typer.Option("--docx", metavar="文件", help="写出合法性审查意见书（DOCX）。")] = None,
    as_of: AsOf = None,
) -> None:
    """合法性审查：读文件、核规则、指出原文和依据；结论由审查人员作出。"""
    from assistant.desk.audit.trail import AuditAction, console_actor, note
    from assistant.review.report.reviewer import Reviewer
    from assistant.review.text.model import DocumentKind

    here = console(context)
    engine = here.open_library()
    found = Reviewer(engine, here.settings).review_files(files, DocumentKind(kind.value), as_of)
    facts = {"种类": found.kind.shown, "结论": found.conclusion, "发现": len(found.findings), "摘要": found.digest}
    note(engine, console_actor(), AuditAction.REVIEW, "、".join(found.files), facts)
    if docx:
        from assistant.review.report.opinion import write_opinion

        write_opinion(found, docx, here.settings)
    if as_json:
        show_json(found.as_json())
        return
    _print(found)


def _print(found: Review) -> None:
    show(f"{found.kind.shown}：{'、'.join(found.files)}；初步结论：{found.conclusion}（由审查人员确定）")
    if not found.findings:
        show("规则没有发现问题；规则看不到的仍需人工审查。")
    for one in found.findings:
        data = one.as_json()
        show(f"[{one.severity}] {one.title}（{one.question}，{one.code}）")
        show(f"  原文：{data['quote']}")
        show(f"  说明：{data['explain']}")
        show(f"  依据：{'、'.join(b.address for b in one.basis)}")
        show(f"  建议：{data['suggest']}")


def eval_review(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="目录", help="含 labels.jsonl 和文件的目录。")],
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="目录", help="把每份审查结果写成 编号.json。")] = None,
) -> None:
    """对照标注计算审查的召回率、准确率和无问题文件的误报数。"""
    from assistant.lab.evaluate_reviews import evaluate_folder
    from assistant.review.report.reviewer import Reviewer

    here = console(context)
    result = evaluate_folder(folder, Reviewer(here.open_library(), here.settings), out).as_json()
    if as_json:
        show_json(result)
        return
    show(
        f"n={result['n']} recall={result['recall']:.3f} precision={result['precision']:.3f} false_per_clean={result['false_per_clean']:.3f}"
    )
    for code, figures in result["codes"].items():
        show(f"  {code}\t{figures['found']}/{figures['wanted']}\t误报 {figures['false']}")
    for miss in result["missed"]:
        show(f"  漏：{miss['id']} {miss['code']} {miss['where']}")
    for extra in result["false_alarms"]:
        show(f"  误：{extra['id']} {extra['code']} {extra['quote']}")
