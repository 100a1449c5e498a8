"""A conversation as HTML: questions, answers section by section, feedback; and the desk's other small pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from urllib.parse import quote as url_quote

from assistant.answer.model.writing import Draft
from assistant.answer.parts import OPINIONS, Answer, Citation
from assistant.desk.chat.records import from_record
from assistant.desk.knowledge.questions import articles_of
from assistant.store.conversations import Conversation, Message
from assistant.store.proposals import ProposalStatus
from assistant.web.citation_view import citation_card, day_word, text_with_marks
from assistant.web.staff.enforcement_view import enforcement_parts

EXAMPLES = (
    "网吧接纳未成年人上网，罚多少？",
    "娱乐场所变更法定代表人没有备案怎么处理？",
    "旅行社低价组织旅游活动，违反哪一条？",
    "旅游法第三十五条",
    "作出较大数额罚款前要走哪些程序？",
)
_UNFOLDED = 4
#: Where desk.js lists the written questions like the one being typed.
SUGGESTIONS = (
    '<div class="suggestions"><p class="off-screen" role="status"></p>'
    '<ul id="suggestion-list" role="listbox" aria-label="相似的问题" hidden></ul></div>'
)


def empty_state(bureau: str) -> str:
    """Return what an empty conversation shows: what may be asked, with examples to press."""
    buttons = "".join(
        f'<li><button type="button" class="example" data-act="example" data-text="{escape(q)}">{escape(q)}</button></li>' for q in EXAMPLES
    )
    return (
        f'<div class="empty"><h2>请问{escape(bureau)}的执法问题</h2>'
        "<p>可以问违法行为怎么处罚、案件要走哪些程序，也可以直接写出法条名称。"
        "回答的每一句法律依据都注明条文，点标记 [1] 即可在旁边查看全文。</p>"
        f"<ul>{buttons}</ul></div>"
    )


def transcript(messages: Iterable[Message], proposed: Mapping[int, ProposalStatus] | None = None) -> str:
    """Return the turns of a conversation as stored; `proposed` are the answers proposed as examples."""
    out = []
    for message in messages:
        if message.role == "user":
            out.append(question_turn(message.text))
        elif message.answer:
            answer = from_record(message.answer)
            out.append(answer_turn("".join(answer_parts(answer, message.id)), feedback(message, (proposed or {}).get(message.id))))
        else:
            out.append(answer_turn(f"<p>{escape(message.text)}</p>"))
    return "".join(out)


def question_turn(question: str) -> str:
    """Return a question as the user wrote it."""
    return f'<div class="turn question"><span class="who">问</span><div class="said law-text">{escape(question)}</div></div>'


def answer_turn(inner: str, foot: str = "", busy: bool = False) -> str:
    """Return an answer's frame; while busy, readers of the screen wait for the end."""
    return f'<div class="turn answer" aria-busy="{"true" if busy else "false"}"><span class="who">答</span><div class="said">{inner}{foot}</div></div>'


def waiting() -> str:
    """Return what stands in an answer's place while it is sought."""
    return '<p class="waiting">正在查找条文……</p>'


def failure(text: str) -> str:
    """Return an error in an answer's place: what happened and what to do, in one Chinese line."""
    return f'<p class="failure" role="alert">{escape(text)}</p>'


def answer_parts(answer: Answer, message_id: int) -> list[str]:
    """Return the answer's sections in the order they are shown, each a piece of HTML to stream."""
    parts = [_section(s.title, text_with_marks(s.text, message_id, answer.citations)) for s in answer.sections]
    if answer.cases:
        parts.append(_case_links(answer))
    if answer.reason and not answer.sections:
        parts.append(_section("", f"<p>{escape(answer.reason)}</p>"))
    parts += enforcement_parts(answer, message_id)
    if answer.citations:
        parts.append(_grounds(answer.citations, message_id, answer.as_of))
    if answer.opinions:
        cards = "".join(citation_card(o, message_id, False) for o in answer.opinions)
        parts.append(_section(OPINIONS, f"<p>律师就具体事项出具，供参考；适用法律仍以上面的条文为准。</p>{cards}", "opinions"))
    for title, lines in (("注意", answer.warnings), ("下一步", answer.next_steps)):
        if lines:
            items = "".join(f"<li>{text_with_marks(line, message_id, answer.citations)}</li>" for line in lines)
            parts.append(_section(title, f"<ul>{items}</ul>", "warn" if title == "注意" else "next"))
    return [*parts, quiet_line(answer.note.rstrip("。"))] if answer.note else parts


def writing(draft: Draft, message_id: int) -> str:
    """Return what a model has written so far, proved sentences only, below the answer that stands."""
    lines = "".join(text_with_marks(s.text, message_id, draft.citations) for s in draft.passed)
    return f'<section class="part written" aria-live="polite"><h3>模型撰写稿（逐句核对中）</h3>{lines}<p class="waiting">正在撰写并核对……</p></section>'


def quiet_line(text: str) -> str:
    """Return one quiet line below an answer; nothing for no text."""
    return f'<p class="note written-note">{escape(text)}。</p>' if text else ""


def _section(title: str, inner: str, kind: str = "") -> str:
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    return f'<section class="part {kind}">{heading}{inner}</section>'


def _case_links(answer: Answer) -> str:
    """Return links to the whole of each like case, on a page of its own."""
    links = "".join(
        f'<li><a href="/staff/cases/{int(c["id"])}" target="_blank" rel="noopener">{escape(str(c["title"]))}</a></li>'
        for c in answer.cases
        if c.get("id")
    )
    return f'<section class="part"><p>案例全文：</p><ul>{links}</ul></section>'


def _grounds(citations: Sequence[Citation], message_id: int, as_of: date) -> str:
    cards = "".join(citation_card(c, message_id, k < _UNFOLDED) for k, c in enumerate(citations))
    day = "" if as_of == date.today() else f"（适用日期：{day_word(as_of)}）"
    return _section(f"依据{day}", cards, "grounds")


def feedback(message: Message, proposed: ProposalStatus | None = None) -> str:
    """Return like and dislike with the reason, the way to the law firm, and for a liked answer its proposal; buttons say whether they are pressed."""
    buttons = "".join(
        f'<button type="button" class="link" data-act="feedback" data-message="{message.id}" data-liked="{value}"'
        f' aria-pressed="{"true" if message.liked is liked else "false"}">{word}</button>'
        for value, liked, word in (("1", True, "有用"), ("0", False, "有误"))
    )
    # The way to the law firm stands under every answer, one that could not be given most of all.
    if message.answer:
        buttons += f'<a class="link" href="/staff/matters/new?message={message.id}">提交律师</a>'
    if message.liked is None:
        return f'<div class="feedback">{buttons}</div>'
    prompt = "哪里有用？（可不填）" if message.liked else "哪里有误？请写明，供改进（如引错条文、罚款数额不对）"
    thanks = '<span class="note" role="status">已记录，谢谢。</span>' if message.reason else ""
    return (
        f'<div class="feedback">{buttons}{_proposal(message, proposed)}{thanks}'
        f'<form data-act="reason" data-message="{message.id}" data-liked="{int(message.liked)}">'
        f'<input type="text" name="text" maxlength="1000" value="{escape(message.reason)}" placeholder="{prompt}" aria-label="{prompt}">'
        f'<button type="submit">保存</button></form></div>'
    )


def _proposal(message: Message, proposed: ProposalStatus | None) -> str:
    """What stands beside a liked answer: the chance to propose its question as an example, or what became of that."""
    if proposed:
        return f'<span class="note" role="status">已推荐为示例问题（{escape(proposed.value)}）</span>'
    if not message.liked or not message.answer or not articles_of(from_record(message.answer)):
        return ""
    return f'<button type="button" class="link" data-act="propose" data-message="{message.id}">推荐为示例问题</button>'


def conversation_list(conversations: Sequence[Conversation], current: str) -> str:
    """Return the user's conversations, the open one marked."""
    if not conversations:
        return '<p class="note">还没有会话。提出第一个问题后会保存在这里。</p>'
    items = "".join(
        f'<li><button type="button" data-act="open" data-id="{escape(c.id)}"{" aria-current=true" if c.id == current else ""}>'
        f'<span class="title">{escape(c.title)}</span><span class="when">{escape(_when(c.updated_at))}</span></button></li>'
        for c in conversations
    )
    return f'<nav aria-label="会话列表"><ul class="conversations">{items}</ul></nav>'


def _when(moment: datetime) -> str:
    now = datetime.now()
    if moment.date() == now.date():
        return f"今天 {moment:%H:%M}"
    return f"{moment.month}月{moment.day}日" if moment.year == now.year else f"{moment:%Y-%m-%d}"


def conversation_bar(conversation: Conversation | None, renaming: bool = False, deleted: Conversation | None = None) -> str:
    """Return the line over the chat (its id goes into the page's address): the title with its actions, or the chance to undo a deletion."""
    if deleted is not None:
        return (
            f'<div class="bar" role="status" data-conversation=""><span>已删除“{escape(deleted.title)}”。</span>'
            f'<button type="button" class="link" data-act="restore" data-id="{escape(deleted.id)}">撤销删除</button></div>'
        )
    if conversation is None:
        return '<div class="bar" data-conversation=""><span class="title">新会话</span></div>'
    if renaming:
        return (
            '<div class="bar"><form data-act="rename"><input type="text" name="text" maxlength="60" data-focus="1"'
            f' value="{escape(conversation.title)}" aria-label="会话名称"><button type="submit">保存</button>'
            '<button type="button" class="link" data-act="cancel">取消</button></form></div>'
        )
    base = f"/staff/export/{url_quote(conversation.id)}"
    return (
        f'<div class="bar" data-conversation="{escape(conversation.id)}"><span class="title" title="{escape(conversation.title)}">{escape(conversation.title)}</span>'
        '<span class="actions"><button type="button" class="link" data-act="renaming">重命名</button>'
        f'<a class="link" href="{base}.docx" download>导出 Word</a><a class="link" href="{base}.md" download>导出 Markdown</a>'
        '<button type="button" class="link danger" data-act="delete">删除</button></span></div>'
    )


def missing_line(missing: Sequence[str]) -> str:
    """Return the line that names what the shelf lacks, empty where nothing is known to be missing."""
    if not missing:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in missing)
    named = escape("".join(missing[:2])) + (f"等 {len(missing)} 部" if len(missing) > 2 else "")
    return f'<details class="missing"><summary>库中缺少{named}，相关问题的回答可能不全。</summary><ul>{items}</ul></details>'
