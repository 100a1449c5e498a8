"""The words that join quotations in an answer. User text only: no rule of law is decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answer.model.claim_check import Claim
from assistant.answer.parts import Citation
from assistant.law.citation.verify import Judged
from assistant.store.records import ShelfArticle

ASK_LAWYER = "有疑问的，提交律师"
CHECK_AND_EXPORT = "核验引用，导出答复"
ADD_TEXT = "取得正式文本后在「文件」页导入，或者运行 assistant corpus add"
REASON_MISSING = "所问的法律文件不在库中"
REASON_HELD_BACK = "所问的法律文件正在核实"


def known_but_missing(title: str, level: str) -> str:
    """A statute the catalogue knows and the shelf lacks."""
    return f"《{title}》（{level}）还没有收录到本库，我不能引用或者推测它的条文。"


def unknown_statute(title: str) -> str:
    """A title nobody here knows."""
    return f"本库没有《{title}》，无法核实是否有这部法律文件，我不能引用或者推测它的条文。"


def held_back(title: str) -> str:
    """A statute that the public does not see while its text is checked."""
    return f"《{title}》的文本或者效力正在由本局核实，核实以前暂不展示，也不作判断；请以公布机关的正式文本为准，或者向窗口咨询。"


def near_titles(titles: Sequence[str]) -> str:
    """Titles that read alike."""
    return "库中名称相近的有：" + "、".join(f"《{t}》" for t in titles) + "。"


def missing_texts(field: str, titles: Sequence[str]) -> str:
    """A field's governing texts that are not on the shelf."""
    shown = "、".join(f"《{t}》" for t in titles[:4]) + ("等" if len(titles) > 4 else "")
    return f"{field}领域还缺：{shown}，答复可能不完整"


def named_article(citation: Citation) -> str:
    """The article a question named."""
    begin, end = citation.decisive[0] if citation.decisive else (0, len(citation.quote))
    return f"{citation.address}（{citation.version}，{citation.status}）规定：{citation.quote[begin:end]}[{citation.mark}]"


def no_such_article(title: str, label: str) -> str:
    """An article beyond what the statute has."""
    return f"《{title}》没有{label}。"


def judged_line(judged: Judged) -> str:
    """A citation found wrong, and what is right."""
    right = f"正确的是{judged.correct}。" if judged.correct and judged.correct not in judged.detail else ""
    return f"「{judged.citation.raw}」{judged.verdict.value}：{judged.detail}{right}"


def claim_line(claim: Claim) -> str:
    """Words or a number a question gives for an article that the article does not have."""
    right = f"，条文写的是「{claim.right}」" if claim.right else ""
    return f"问题中的「{claim.said}」与条文不符{right}。"


def earlier_text(older: ShelfArticle) -> str:
    """An article as it read at the time of the conduct."""
    return (
        f"行为发生时有效的是{older.address}的{older.version.version_date}文本，已一并列出；"
        "新旧规定不同的，按照从旧兼从轻原则选择适用（《行政处罚法》第三十七条）"
    )


def article_count(last: ShelfArticle) -> str:
    """How many articles a statute has."""
    return f"《{last.statute.title}》最后一条是{last.article.label}。"


def punished_line(acts: str, consequences: Sequence[str], address: str, mark: int) -> str:
    """The direct reply to a question on punishing."""
    joined = "；".join(c.strip("，；。") for c in consequences)
    return f"属于{address}所列情形：{acts.strip('，；。：')}。处理：{joined}。[{mark}]"


def provides_line(address: str, words: str, mark: int) -> str:
    """The direct reply to any other question."""
    return f"{address}规定：{words}[{mark}]"


def factor_lines(factors: Sequence[Mapping[str, str]]) -> str:
    """The circumstances a question tells of, with what the law makes of them."""
    return "\n".join(f"{f['factor']}：{f['effect']}（{f['article']}）" for f in factors)


def benchmark_lines(rows: Sequence[Mapping[str, object]]) -> str:
    """The bureau's own benchmarks beside the statutory range."""
    return "\n".join(f"{r['grade']}：{r['circumstances']}，{r['range']}（{r['document']}）" for r in rows)
