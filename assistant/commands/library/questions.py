"""`question …`: the bureau's own example questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, Console, console, paced, show, show_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.store.proposals import Proposal

Identity = Annotated[int, typer.Argument(metavar="编号", min=1, help="推荐的编号，见 question list。")]
_REGISTERS = ("office", "onsite", "public")


def _register(text: str) -> str:
    if text not in _REGISTERS:
        raise typer.BadParameter(f"“{text}”不是语体，可选：{'、'.join(_REGISTERS)}")
    return text


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="示例问题：审核推荐，成批加入。", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_proposals)
    group.command("approve")(approve)
    group.command("reject")(reject)
    group.command("add")(add)
    app.add_typer(group, name="question")


def list_proposals(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="连同已经处理过的。")] = False,
    as_json: AsJson = False,
) -> None:
    """列出工作台推荐的示例问题，每行：编号、状态、日期、问题、条文。"""
    from assistant.desk.knowledge import questions
    from assistant.store.proposals import ProposalStatus

    found = questions.proposals(console(context).open_library(), None if everything else ProposalStatus.PENDING)
    if as_json:
        show_json({"proposals": [_as_json(p) for p in found]})
        return
    if not found:
        show("没有待审核的推荐。" if not everything else "没有推荐。")
    for p in found:
        show(f"{p.id}\t{p.status.value}\t{p.created_at:%Y-%m-%d}\t{p.question}\t{'、'.join(p.articles)}")


def approve(
    context: typer.Context,
    proposal: Identity,
    question: Annotated[str, typer.Option("--question", metavar="问题", help="改用这样的写法（如去掉当事人姓名）。")] = "",
    spoken: Annotated[
        str, typer.Option("--register", parser=_register, metavar="语体", help="office 公文、onsite 现场、public 群众。")
    ] = "office",
    as_json: AsJson = False,
) -> None:
    """采纳一条推荐：写入数据目录的 questions/own.jsonl，并更新索引。"""
    from assistant.desk.knowledge import questions

    here = console(context)
    engine = here.open_library()
    written = questions.approve(engine, here.settings, proposal, question=question, register=questions.Register(spoken))
    index = _sync(engine, here)
    if as_json:
        row = {"question": written.question, "register": written.register.value, "articles": list(written.articles)}
        show_json({"id": proposal, **row, "index": index})
    else:
        show(f"已采纳\t{written.question}\t{'、'.join(written.articles)}")


def reject(context: typer.Context, proposal: Identity) -> None:
    """不采纳一条推荐。"""
    from assistant.desk.knowledge import questions

    found = questions.reject(console(context).open_library(), proposal)
    show(f"未采纳\t{found.question}")


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件.jsonl", help='每行 {"question","register","articles"}，与 corpus/questions 相同。')],
    as_json: AsJson = False,
) -> None:
    """成批加入示例问题，每行报告：加入，或者拒绝及原因（条文不在库、问题重复、格式有误）。"""
    from assistant.desk.knowledge import questions

    here = console(context)
    engine = here.open_library()
    lines = questions.add_questions(engine, here.settings, file)
    taken = any(not line.reason for line in lines)
    index = _sync(engine, here) if taken else {}
    if as_json:
        rows = [{"line": x.line, "question": x.question, "outcome": _outcome(x.reason), "detail": x.reason} for x in lines]
        show_json({"lines": rows, "index": index})
    else:
        for x in lines:
            show(f"第 {x.line} 行\t{_outcome(x.reason)}\t{x.question}" + (f"\t{x.reason}" if x.reason else ""))
    if not taken:
        raise typer.Exit(1)


def _outcome(reason: str) -> str:
    return "拒绝" if reason else "加入"


def _sync(engine: Engine, here: Console) -> dict[str, int]:
    """Bring the index up to date; counts of articles."""
    from assistant.search.index.build import sync_index

    synced = sync_index(engine, here.settings, paced())
    return {"analysed": synced.analysed, "embedded": synced.embedded}


def _as_json(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "status": proposal.status.value,
        "question": proposal.question,
        "articles": list(proposal.articles),
        "owner": proposal.owner,
        "created": proposal.created_at.isoformat(timespec="seconds"),
    }
