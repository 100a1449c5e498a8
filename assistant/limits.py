"""How long every kind of input may be, and what a user is told who sends more.

One table, beside the errors: whoever takes words in asks it before anything is done with them. Lengths the
administrator may change are settings (`max_file_mb`, `max_question_chars` …); those here are far above what is written
by hand, and keep one input from holding up everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import RefusedInput


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of `unit`; `advice` says what to do with more, `what` how the sentence begins."""

    most: int
    advice: str
    unit: str = "字"
    what: str = "有"

    def check(self, name: str, count: int) -> None:
        """Raise RefusedInput, naming the limit, the count and what to do, where `count` is over the limit."""
        if count > self.most:
            raise RefusedInput(name, self.told(count))

    def told(self, count: int) -> str:
        """Why `count` is too much, and what to do."""
        return f"{self.what} {count:,} {self.unit}，超过上限 {self.most:,} {self.unit}，{self.advice}"


#: The text of one file, of any format. The longest statute has some 110,000 characters.
FILE = Limit(1_000_000, "请按篇、章拆分成几个文件")
#: What a legal document holds: articles, the pieces of one kept by paragraphs, the lines (款、项、目) of one article. The
#: longest statute has 1,260 articles. What the shelf holds of one document in all its versions is written, kept and shown whole.
ARTICLES = Limit(3_000, "请核对条号是否读错，或者按篇、章拆分成几个文件", "条")
PIECES = Limit(5_000, "请按篇、章拆分成几个文件", "段")
ARTICLE_LINES = Limit(2_000, "请核对是否漏了条号", "行（款、项、目）")
KEPT_ARTICLES = Limit(30_000, "请先由管理员移出不再需要的旧版本", "条", what="各个版本合计")
#: Titles that one document repeals.
REPEALS = Limit(500, "请核对是否误读", "部", what="写明废止")
#: A line of a text: what has no line end for so long is no document.
LINE = Limit(100_000, "请在编辑软件里分段后再试", what="有一行长")
#: All papers reviewed together, or brought in as one case.
REVIEWED = Limit(300_000, "请去掉不需要审查的材料，或者分卷审查")
#: A draft whose citations are verified.
DRAFT = Limit(300_000, "请拆分后分几次核验")
#: Words to look something up by.
WORDS = Limit(500, "请只写关键的词语")
#: The earlier questions of a conversation that come with a question.
HISTORY = Limit(300, "请新开一个对话", "个")
#: Words a reader adds by hand to those masked in a case.
MORE_WORDS = Limit(100, "请分几次填写", "行")
#: A question, its answer's articles and notes in a file of questions.
QUESTIONS = Limit(20_000, "请拆分成几个文件", "行")
QUESTION_LINE = Limit(5_000, "请缩短这一行")
#: A table of the bureau's own (裁量基准, 目录, 节假日).
CELLS = Limit(300_000, "请删去空行空列，或者拆分成几张表", "格")
#: Rows, columns and cells of the tables in a document; Word itself takes 63 columns.
SPAN = Limit(1_000, "请删去多余的合并列后再试", "列")
#: Parts of a packed document (DOCX, XLSX), and elements of all its parts together.
PARTS = Limit(5_000, "请另存为新文件后再试", "个部件")
ELEMENTS = Limit(3_000_000, "请拆分成几个文件", "个元素")
#: Pages of a PDF; a scan's pages are recognised one by one, and its pictures held in memory.
PAGES = Limit(3_000, "请拆分成几个文件", "页")
SCANNED_PAGES = Limit(300, "请拆分成几个文件", "页扫描件")
PICTURES = Limit(40, "请重新扫描成一页一图", "幅图像在一页上")
PIXELS = Limit(60_000_000, "请以较低的分辨率（300 DPI）重新扫描", "像素")
#: The contents of all pages of a PDF, unpacked.
CONTENT = Limit(60_000_000, "请打印成新的 PDF 后再试", "字节页面内容")
#: Drawing operations of all pages of a PDF.
OPERATIONS = Limit(3_000_000, "请打印成新的 PDF 后再试", "个绘制指令")


def check_text(name: str, text: str, limit: Limit = FILE) -> None:
    """Raise RefusedInput where a text is over its limit, or has a line without end."""
    limit.check(name, len(text))
    if len(text) > LINE.most:
        LINE.check(name, max(map(len, text.split("\n"))))
