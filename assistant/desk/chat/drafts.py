"""Drafts whose citations are checked: read, judged, kept for a while, and given back with comments."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from uuid import uuid4

from assistant import limits
from assistant.config import Settings
from assistant.desk.chat.commented_docx import commented_copy, commented_docx
from assistant.errors import AssistantError, RefusedInput
from assistant.law.citation.marked_up import Segment, segments
from assistant.law.citation.verify import Judged, Verdict, verify_citations
from assistant.library.readers import read_file
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.shelf import Shelf

_KEPT, _KEPT_OF_ONE, _KEPT_BYTES = 32, 8, 100 * 1024 * 1024
PASTED = "粘贴的文字"


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with every citation judged for a day, and its text cut at them; `source` is an uploaded DOCX, None for anything else."""

    name: str
    text: str
    as_of: date
    judged: tuple[Judged, ...]
    source: bytes | None = field(default=None, repr=False)
    pieces: tuple[Segment, ...] = field(default=(), repr=False)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many citations got each verdict, in the order of `Verdict`; those none got are left out."""
        found = Counter(j.verdict for j in self.judged)
        return {v: found[v] for v in Verdict if found[v]}


class NoDraft(AssistantError):
    """The draft is no longer kept, or is another's."""

    def __init__(self) -> None:
        super().__init__("这次核验的结果已经不在了，请重新核验。")


def check_text(shelf: Shelf, text: str, as_of: date, name: str = PASTED, source: bytes | None = None) -> CheckedDraft:
    """Return a draft with its citations judged on `as_of`; raises RefusedInput for an empty or overlong one."""
    if not text.strip():
        raise RefusedInput(name, "没有文字，请粘贴草稿或者选择文件")
    limits.check_text(name, text, limits.DRAFT)
    judged = tuple(verify_citations(text, CitationShelf(shelf), as_of))
    return CheckedDraft(name, text, as_of, judged, source, segments(text, judged))


def check_file(shelf: Shelf, settings: Settings, path: Path, as_of: date) -> CheckedDraft:
    """Return a file's draft with its citations judged; raises RefusedInput where the file cannot be read."""
    try:
        text = read_file(path, settings)
    except RefusedInput as refused:  # the folder the upload lies in means nothing to the user
        raise RefusedInput(path.name, refused.reason) from refused
    own = path.read_bytes() if path.suffix.lower() == ".docx" else None
    return check_text(shelf, text, as_of, path.name, own)


def commented(draft: CheckedDraft) -> bytes:
    """Return the draft as DOCX with a comment at each citation that is not simply good; an uploaded DOCX keeps its layout."""
    if draft.source is None:
        return commented_docx(draft.text, draft.judged)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "draft.docx"
        path.write_bytes(draft.source)
        return commented_copy(path, draft.text, draft.judged)


def target(judged: Judged) -> str | None:
    """Return the address to lay beside a citation: the right one, else the one cited; None where it names no statute."""
    if judged.correct:
        return judged.correct
    cited = judged.citation
    return f"《{cited.title}》{cited.label}" if cited.title else None


class Drafts:
    """The drafts checked last, by number and owner; in memory only. The oldest make room, and of one owner their own oldest."""

    def __init__(self, kept: int = _KEPT, of_one: int = _KEPT_OF_ONE, most_bytes: int = _KEPT_BYTES) -> None:
        self._kept, self._of_one, self._most_bytes = kept, of_one, most_bytes
        self._lock = Lock()
        self._drafts: OrderedDict[str, tuple[str, CheckedDraft]] = OrderedDict()

    def keep(self, owner: str, draft: CheckedDraft) -> str:
        """Keep a draft for its owner; return its number."""
        number = uuid4().hex
        with self._lock:
            own = [n for n, (whose, _) in self._drafts.items() if whose == owner]
            for old in own[: max(0, len(own) - self._of_one + 1)]:
                del self._drafts[old]
            self._drafts[number] = (owner, draft)
            while len(self._drafts) > self._kept or (len(self._drafts) > 1 and self._bytes() > self._most_bytes):
                self._drafts.popitem(last=False)
        return number

    def get(self, owner: str, number: str) -> CheckedDraft:
        """Return a draft of the owner; raises NoDraft."""
        with self._lock:
            found = self._drafts.get(number)
        if found is None or found[0] != owner:
            raise NoDraft
        return found[1]

    def _bytes(self) -> int:
        """What the kept documents take, roughly."""
        return sum(len(d.source or b"") + 4 * len(d.text) for _, d in self._drafts.values())
