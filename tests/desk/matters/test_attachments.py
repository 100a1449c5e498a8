"""Attachments: told by content, kept by content, names never paths, limits, and only for who sees the matter."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.matters import attachments, matters
from assistant.desk.matters.attachments import FileGone, path_of, shown_name, stage, staged
from assistant.desk.matters.matters import Material, MatterForm, NoMatter
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Stale, Taken, submit, take
from assistant.errors import RefusedInput
from tests.desk.persons import Bureau, make_bureau

FORM = MatterForm("虚构事项", "虚构的问题？", firm="虚构律师事务所")


def pdf_file() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PDF = pdf_file()


@pytest.fixture
def bureau(engine: Engine) -> Bureau:
    return make_bureau(engine)


def word_file() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("虚构的协议")
    document.save(out)
    return out.getvalue()


def excel_file() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zip_file(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def kept_files(settings: Settings) -> list[Path]:
    return [p for p in attachments.folder(settings).rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("name", "data", "media"),
    [
        ("照片.png", PNG, "image/png"),
        ("现场.JPG", JPEG, "image/jpeg"),
        ("协议.pdf", PDF, "application/pdf"),
        ("说明.txt", "虚构的说明".encode("gb18030"), "text/plain"),
        ("表.csv", "甲,乙\n".encode(), "text/plain"),
        ("协议.docx", word_file(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("清单.xlsx", excel_file(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_kinds_that_are_taken_are_told_by_content(engine: Engine, settings: Settings, name: str, data: bytes, media: str) -> None:
    file = stage(engine, settings, "u", "k", name, io.BytesIO(data))
    assert (file.name, file.media, file.size) == (name, media, len(data))
    assert path_of(settings, file).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("病毒.pdf", b"MZ\x90\x00" + bytes(60), "不是可以上传"),
        ("程序.exe", b"MZ\x90\x00" + bytes(60), "不是可以上传"),
        ("网页.png", b"<html><script>alert(1)</script></html>", "名称却以"),
        ("照片.pdf", PNG, "内容是PNG 图片"),
        ("没有结尾", PNG, "（无）"),
        ("空.pdf", b"", "空的"),
        ("旧.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "旧版 Office"),
        ("宏.docx", zip_file(("word/document.xml", b"<x/>"), ("word/vbaProject.bin", b"x")), "宏"),
        ("压缩.zip", zip_file(("a.txt", b"x")), "不是可以上传"),
        ("断.docx", zip_file(("word/document.xml", b"<x/>"))[:40], "损坏"),
    ],
)
def test_others_are_refused_with_the_reason_and_leave_nothing(
    engine: Engine, settings: Settings, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(RefusedInput, match=reason) as refused:
        stage(engine, settings, "u", "k", name, io.BytesIO(data))
    assert refused.value.name == name
    assert kept_files(settings) == [] and staged(engine, "u", "k") == []


def test_an_archive_that_unpacks_to_too_much_is_refused(engine: Engine, settings: Settings) -> None:
    small = settings.model_copy(update={"max_unpacked_mb": 1})
    bomb = zip_file(("word/document.xml", bytes(2 * 1024 * 1024)))
    with pytest.raises(RefusedInput, match="压缩炸弹"):
        stage(engine, small, "u", "k", "炸弹.docx", io.BytesIO(bomb))


def test_limits_of_a_file_a_form_and_a_matter(engine: Engine, settings: Settings) -> None:
    small = settings.model_copy(update={"attachment_max_mb": 1, "matter_max_mb": 2, "attachment_max_count": 3})
    mb = 1024 * 1024

    def send(key: str, mark: bytes, size: int) -> None:
        stage(engine, small, "u", key, f"{mark.decode()}.txt", io.BytesIO(mark * size))

    with pytest.raises(RefusedInput, match="单个附件的上限 1 MB"):
        send("a", b"x", mb + 1)
    send("b", b"a", mb)
    send("b", b"b", mb)
    with pytest.raises(RefusedInput, match="合计不能超过 2 MB"):
        send("b", b"c", 1)
    for mark in (b"a", b"b", b"c"):
        send("d", mark, 3)
    with pytest.raises(RefusedInput, match="最多 3 个附件"):
        send("d", b"d", 3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\系统.txt", "系统.txt"),
        ("/etc/cron.d/任务.txt", "任务.txt"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
        ("协议\u202etxt.exe", "协议txt.exe"),
        ("..", "未命名"),
        ("", "未命名"),
        ("<b>粗</b>.txt", "b>.txt"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_names_are_shown_without_paths_and_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown and len(shown_name(name)) <= 150


def test_a_hostile_name_writes_only_under_the_attachments(engine: Engine, settings: Settings) -> None:
    before = {p for p in settings.home.rglob("*") if p.is_file()}
    file = stage(engine, settings, "u", "k", "../../../outside.txt", io.BytesIO(b"hello"))
    new = (
        {p for p in settings.home.rglob("*") if p.is_file()} - before - {settings.home / "library.db-wal", settings.home / "library.db-shm"}
    )
    assert new == {attachments.folder(settings) / file.digest[:2] / file.digest}
    assert not (settings.home.parent / "outside.txt").exists()


def test_the_same_content_is_kept_once(engine: Engine, settings: Settings) -> None:
    first = stage(engine, settings, "u", "k", "一.txt", io.BytesIO(b"same"))
    assert stage(engine, settings, "u", "k", "二.txt", io.BytesIO(b"same")) == first
    other = stage(engine, settings, "v", "k", "三.txt", io.BytesIO(b"same"))
    assert other.id != first.id and other.digest == first.digest and len(kept_files(settings)) == 1


def test_files_belong_to_the_step_of_their_form_and_to_who_sees_the_matter(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    stage(engine, settings, bureau.owner.id, "open", "协议.txt", io.BytesIO(b"agreement"))
    matter_id = matters.open_matter(engine, bureau.owner, FORM, Material(), "open")
    other_id = matters.open_matter(engine, bureau.owner, FORM, Material(), "other")
    view = matters.opened(engine, matter_id, bureau.owner)
    (file,) = view.files[view.events[0].id]
    assert matters.file_of(engine, matter_id, file.id, bureau.owner) == file
    for person, matter in ((bureau.colleague, matter_id), (bureau.counsel, matter_id), (bureau.owner, other_id)):
        with pytest.raises(NoMatter):
            matters.file_of(engine, matter, file.id, person)
    submit(engine, settings, bureau.owner, matter_id, 1, "send")
    assert matters.file_of(engine, matter_id, file.id, bureau.counsel) == file
    for person in (bureau.stranger, bureau.rival):
        with pytest.raises(NoMatter):
            matters.file_of(engine, matter_id, file.id, person)


def test_a_file_only_staged_is_nobodys_to_open(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = matters.open_matter(engine, bureau.owner, FORM, Material(), "open")
    file = stage(engine, settings, bureau.owner.id, "later", "协议.txt", io.BytesIO(b"agreement"), matter_id)
    with pytest.raises(NoMatter):
        matters.file_of(engine, matter_id, file.id, bureau.owner)


def test_a_form_that_came_too_late_keeps_its_files_for_the_next_try(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = matters.open_matter(engine, bureau.owner, FORM, Material(), "open")
    submit(engine, settings, bureau.owner, matter_id, 1, "send")
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.ACCEPT, 2, "accept"))
    stage(engine, settings, bureau.owner.id, "say", "补充.txt", io.BytesIO(b"more"), matter_id)
    with pytest.raises(Stale):
        take(engine, settings, bureau.owner, matter_id, Taken(Step.MESSAGE, 2, "say", "补充如附件"))
    take(engine, settings, bureau.owner, matter_id, Taken(Step.MESSAGE, 3, "say", "补充如附件"))
    view = matters.opened(engine, matter_id, bureau.counsel)
    assert [f.name for f in view.files[view.events[-1].id]] == ["补充.txt"]


def test_bytes_that_are_gone_or_changed_are_told(engine: Engine, settings: Settings) -> None:
    file = stage(engine, settings, "u", "k", "协议.txt", io.BytesIO(b"agreement"))
    path = path_of(settings, file)
    path.write_bytes(b"agreemenT")
    with pytest.raises(FileGone, match=r"协议\.txt"):
        path_of(settings, file)
    path.unlink()
    with pytest.raises(FileGone):
        path_of(settings, file)


def test_what_was_never_taken_is_thrown_away_later(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    stage(engine, settings, bureau.owner.id, "open", "留.txt", io.BytesIO(b"kept"))
    matters.open_matter(engine, bureau.owner, FORM, Material(), "open")
    stage(engine, settings, bureau.owner.id, "never", "弃.txt", io.BytesIO(b"dropped"))
    assert attachments.purge(engine, settings) == 0 and len(kept_files(settings)) == 2
    assert attachments.purge(engine, settings, datetime.now() + timedelta(days=8)) == 1
    assert [p.read_bytes() for p in kept_files(settings)] == [b"kept"]
