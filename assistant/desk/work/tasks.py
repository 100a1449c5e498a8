"""The tasks of the desks: whatever reads a document that somebody sent, or runs over its whole text."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from assistant.desk.cases.drafts import Draft
from assistant.desk.cases.reading import read_cases
from assistant.desk.chat import drafts
from assistant.desk.chat.drafts import CheckedDraft
from assistant.desk.library import amendments, comparing
from assistant.desk.matters import attachments, opinions
from assistant.desk.matters.file_kinds import FileKind
from assistant.desk.matters.opinions import CheckedCitation
from assistant.desk.reviews import facts
from assistant.desk.work.pool import Work
from assistant.desk.work.task import Bench, Task, digests
from assistant.law.privacy.scan import PersonalData, find_personal_data
from assistant.law.statute.model import Level, ParsedDocument, Visibility
from assistant.library.progress import tell
from assistant.library.sources.importing import Read, read_document
from assistant.review.text.model import DocumentKind, Review
from assistant.review.text.reading import Dossier
from assistant.store.matters.files import MatterFile


def _names(paths: tuple[Path, ...]) -> str:
    shown = "、".join(p.name for p in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} 等 {len(paths)} 个文件"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class CheckDraft(Task[CheckedDraft]):
    """Judge the citations of a draft: the file where there is one, else the text. The file itself does not come back."""

    kind: ClassVar[str] = "核验引用"
    day: date
    text: str = ""
    path: Path | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name if self.path else drafts.PASTED

    def content(self) -> Hashable:
        """The bytes, or the text, and the day."""
        return (self.day, digests([self.path]) if self.path else _digest(self.text))

    def run(self, bench: Bench) -> CheckedDraft:
        """Read and judge."""
        tell("正在读取草稿，逐处核对引用")
        if self.path is None:
            return drafts.check_text(bench.shelf, self.text, self.day)
        return replace(drafts.check_file(bench.shelf, bench.settings, self.path, self.day), source=None)


@dataclass(frozen=True, slots=True)
class CommentDraft(Task[bytes]):
    """Write a checked draft as a DOCX with its comments; an uploaded DOCX is opened again for it."""

    kind: ClassVar[str] = "写出带批注的 Word"
    draft: CheckedDraft

    @property
    def name(self) -> str:
        """The draft's name."""
        return self.draft.name

    def run(self, bench: Bench) -> bytes:
        """Write it."""
        return drafts.commented(self.draft)


@dataclass(frozen=True, slots=True)
class ReviewFiles(Task[Review]):
    """Read files as one document and review it."""

    kind: ClassVar[str] = "合法性审查"
    paths: tuple[Path, ...]
    document: DocumentKind
    as_of: date | None = None

    @property
    def name(self) -> str:
        """The files' names."""
        return _names(self.paths)

    def content(self) -> Hashable:
        """The files, what they are taken for and the day given."""
        return (digests(self.paths), self.document.value, self.as_of)

    def run(self, bench: Bench) -> Review:
        """Read and review."""
        return bench.reviewer.review_files(self.paths, self.document, self.as_of)


@dataclass(frozen=True, slots=True)
class ReviewAgain(Task[tuple[Review, dict[str, str]]]):
    """Review a document that was read before, on facts set right; the corrections that still fit come back with it."""

    kind: ClassVar[str] = "重新审查"
    dossier: Dossier
    document: DocumentKind
    as_of: date | None
    corrections: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The files' names."""
        return _names(tuple(map(Path, self.dossier.files)))

    def content(self) -> Hashable:
        """The text, the day given and the facts set right."""
        return (self.dossier.files, self.dossier.digest, _digest(self.dossier.text), self.document.value, self.as_of, self.corrections)

    def run(self, bench: Bench) -> tuple[Review, dict[str, str]]:
        """Review."""
        return facts.reviewed(bench.reviewer, self.dossier, self.document, self.as_of, dict(self.corrections))


@dataclass(frozen=True, slots=True)
class ReadCases(Task[tuple[Draft, ...]]):
    """Read files as cases, their personal data found."""

    kind: ClassVar[str] = "读取案例"
    paths: tuple[Path, ...]
    together: bool = False
    visibility: Visibility = Visibility.INTERNAL
    field: str = ""
    companies: bool = False

    @property
    def name(self) -> str:
        """The files' names."""
        return _names(self.paths)

    def content(self) -> Hashable:
        """The files and what the form says of them."""
        return (digests(self.paths), self.together, self.visibility.value, self.field, self.companies)

    def run(self, bench: Bench) -> tuple[Draft, ...]:
        """Read."""
        return tuple(
            read_cases(
                self.paths,
                bench.settings,
                bench.shelf,
                together=self.together,
                visibility=self.visibility,
                field=self.field,
                companies=self.companies,
            )
        )


@dataclass(frozen=True, slots=True)
class ParseDocument(Task[ParsedDocument]):
    """Read a legal document for the library."""

    kind: ClassVar[str] = "读取法律文件"
    path: Path
    level: Level | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def content(self) -> Hashable:
        """The file, the folders it lies in (they may name its level) and the level given."""
        return (digests([self.path]), self.path.parent.parts, self.level)

    def run(self, bench: Bench) -> ParsedDocument:
        """Read."""
        return read_document(self.path, bench.settings, self.level)


def read_by(work: Work, owner: str) -> Read:
    """Return what reads documents for the library through the workers, in the name of `owner`; it waits for each."""
    return lambda file, _settings, level: work.run(owner, ParseDocument(file, level))


@dataclass(frozen=True, slots=True)
class LookAtFile(Task[FileKind]):
    """Tell what kind of file an upload is, and whether it carries what runs or fetches something."""

    kind: ClassVar[str] = "检查附件"
    path: Path
    shown: str

    @property
    def name(self) -> str:
        """The name it came with."""
        return self.shown

    def content(self) -> Hashable:
        """The bytes and the name, which is compared with them."""
        return (digests([self.path]), self.shown)

    def run(self, bench: Bench) -> FileKind:
        """Look."""
        return attachments.look(bench.settings, self.path, self.shown)


@dataclass(frozen=True, slots=True)
class ReadOpinion(Task[str]):
    """Read the text of an opinion that was uploaded."""

    kind: ClassVar[str] = "读取意见书"
    file: MatterFile

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    def content(self) -> Hashable:
        """The file."""
        return (self.file.name, self.file.digest, self.file.media)

    def run(self, bench: Bench) -> str:
        """Read."""
        return opinions.text_of(bench.settings, self.file)


@dataclass(frozen=True, slots=True)
class CheckCitations(Task[tuple[CheckedCitation, ...]]):
    """Judge the citations of an opinion."""

    kind: ClassVar[str] = "核对引用"
    text: str
    day: date

    @property
    def name(self) -> str:
        """What is checked."""
        return "意见正文"

    def content(self) -> Hashable:
        """The text and the day."""
        return (_digest(self.text), self.day)

    def run(self, bench: Bench) -> tuple[CheckedCitation, ...]:
        """Judge."""
        return opinions.check(bench.engine, self.text, self.day)


@dataclass(frozen=True, slots=True)
class CompareVersions(Task[comparing.Comparison]):
    """Compare two versions of a statute."""

    kind: ClassVar[str] = "比较版本"
    statute_id: str
    older_id: str
    newer_id: str

    @property
    def name(self) -> str:
        """The statute."""
        return f"《{self.statute_id}》"

    def content(self) -> Hashable:
        """The versions; with the library as it stands they are their texts."""
        return (self.statute_id, self.older_id, self.newer_id)

    def run(self, bench: Bench) -> comparing.Comparison:
        """Compare."""
        return comparing.comparison(bench.engine, self.statute_id, self.older_id, self.newer_id)


@dataclass(frozen=True, slots=True)
class CompareWithBefore(Task[amendments.Amendment]):
    """Compare a version with the one before it."""

    kind: ClassVar[str] = "比较版本"
    version_id: str

    @property
    def name(self) -> str:
        """The version."""
        return self.version_id

    def content(self) -> Hashable:
        """The version; with the library as it stands it is both texts."""
        return self.version_id

    def run(self, bench: Bench) -> amendments.Amendment:
        """Compare."""
        return amendments.amendment(bench.engine, self.version_id)


@dataclass(frozen=True, slots=True)
class FindPersonalData(Task[tuple[PersonalData, ...]]):
    """Find the personal data of a text, companies included."""

    kind: ClassVar[str] = "查找个人信息"
    text: str
    name_: str = "意见正文"

    @property
    def name(self) -> str:
        """What is looked through."""
        return self.name_

    def content(self) -> Hashable:
        """The text."""
        return _digest(self.text)

    def run(self, bench: Bench) -> tuple[PersonalData, ...]:
        """Find."""
        return find_personal_data(self.text, companies=True)
