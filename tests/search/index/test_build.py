"""The index follows the library: only changes are worked on, a second writer waits, models never mix."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import needs_sync, read_pointer, sync_index
from assistant.search.index.snapshot import load_snapshot
from assistant.search.searcher import Searcher
from assistant.search.vectors.embed import StaticEmbedder
from assistant.search.vectors.vectors import VectorStore
from tests.invented import statute, write
from tests.search.conftest import NEW


def test_unchanged_embeds_nothing_and_one_change_embeds_one(shelf: Path, engine: Engine, settings: Settings) -> None:
    assert sync_index(engine, settings).analysed == 0
    changed = write(shelf / "改", "2011-03-01", statute((*NEW[:1], "虚构茶馆每日打烊时间为二十三时。"), adopted="2011年3月1日"))
    settings = settings.model_copy(update={"source_order": ["pull", "upload"]})
    list(import_paths(engine, settings, [changed], kind="pull"))
    done = sync_index(engine, settings)
    assert done.analysed == 1
    found = Searcher(engine, settings).search("虚构茶馆几点打烊", k=9)
    assert sum("二十三时" in h.article.article.text for h in found) == 1
    assert not any("二十二时" in h.article.article.text for h in found)


def test_chroma_holds_a_vector_for_every_article(shelf: Path, engine: Engine, settings: Settings) -> None:
    snapshot = load_snapshot(settings.index_dir)
    store = VectorStore(settings.chroma_dir, snapshot.pointer.embedder)
    assert set(store.hashes(snapshot.ids)) == set(snapshot.ids) and store.count() == len(snapshot.ids)
    stored = store.vectors(snapshot.ids)
    assert snapshot.vectors is not None
    np.testing.assert_allclose(np.vstack([stored[i] for i in snapshot.ids]), np.vstack(snapshot.vectors), atol=1e-5)


def test_chroma_and_the_exact_comparison_agree(shelf: Path, engine: Engine, settings: Settings) -> None:
    snapshot = load_snapshot(settings.index_dir)
    vector = StaticEmbedder.load().questions(["虚构茶馆几点打烊"])[0]
    near = VectorStore(settings.chroma_dir, snapshot.pointer.embedder).nearest(vector, 3, day=20200101, public_only=True)
    assert snapshot.vectors is not None
    exact = dict(zip(snapshot.ids, snapshot.likeness(vector), strict=True))
    assert near and all(abs(score - exact[i]) < 1e-3 for i, score in near)
    assert not any("内部" in i or "@2001" in i for i, _ in near)


def test_a_large_shelf_is_searched_through_chroma(shelf: Path, engine: Engine, settings: Settings) -> None:
    large = settings.model_copy(update={"exact_vector_limit": 0})
    for question in ("虚构茶馆几点打烊", "备有热水"):
        exact = [h.article.id for h in Searcher(engine, settings).search(question, k=3)]
        assert [h.article.id for h in Searcher(engine, large).search(question, k=3)] == exact


def test_a_closed_version_is_closed_in_chroma_too(shelf: Path, engine: Engine, settings: Settings) -> None:
    newer = write(shelf / "再改", "2021-03-01", statute(("虚构茶馆应当备有雪水。",), adopted="2021年3月1日"))
    list(import_paths(engine, settings, [newer]))
    sync_index(engine, settings)
    embedder = StaticEmbedder.load()
    store = VectorStore(settings.chroma_dir, embedder.name, fresh=True)
    near = store.nearest(embedder.questions(["虚构茶馆备有热水"])[0], 9, day=20220101)
    assert any("@2021" in i for i, _ in near) and not any("@2011" in i for i, _ in near)


def test_chroma_is_made_good_after_an_interrupted_run(shelf: Path, engine: Engine, settings: Settings) -> None:
    snapshot = load_snapshot(settings.index_dir)
    VectorStore(settings.chroma_dir, snapshot.pointer.embedder, fresh=True).remove(snapshot.ids[:2])
    (settings.index_dir / "vectors.pending").touch()
    sync_index(engine, settings)
    assert VectorStore(settings.chroma_dir, snapshot.pointer.embedder, fresh=True).count() == len(snapshot.ids)


def test_needs_sync_after_a_change_only(shelf: Path, engine: Engine, settings: Settings) -> None:
    assert not needs_sync(engine, settings)
    list(import_paths(engine, settings, [write(shelf / "新", "2022-01-01", title="虚构新规")]))
    assert needs_sync(engine, settings)


def test_an_own_question_leads_to_its_article(shelf: Path, engine: Engine, settings: Settings) -> None:
    folder = settings.home / "questions"
    folder.mkdir()
    line = '{"question": "关门太晚邻居睡不着咋整", "register": "public", "articles": ["《虚构茶馆管理办法》第二条"]}'
    (folder / "own.jsonl").write_text(line + "\n", encoding="utf-8")
    sync_index(engine, settings)
    assert "打烊" in Searcher(engine, settings).search("关门太晚，邻居睡不着咋整啊", k=1)[0].article.article.text


def test_a_second_writer_waits_and_says_so(shelf: Path, engine: Engine, settings: Settings) -> None:
    from filelock import FileLock

    lock = FileLock(str(settings.index_dir / "writer.lock"))
    said: list[str] = []
    lock.acquire()
    worker = threading.Thread(target=lambda: sync_index(engine, settings, said.append))
    worker.start()
    while not said and worker.is_alive():
        worker.join(0.05)
    assert "另一个进程" in said[0] and worker.is_alive()
    lock.release()
    worker.join(60)
    assert not worker.is_alive()


def test_a_lost_index_is_rebuilt_from_the_library(shelf: Path, engine: Engine, settings: Settings) -> None:
    shutil.rmtree(settings.index_dir)
    assert sync_index(engine, settings).analysed == len(load_snapshot(settings.index_dir).ids)


def small_transformer(folder: Path) -> Path:
    """A real transformer of two tiny layers with a vocabulary of the characters the tests use."""
    transformers = pytest.importorskip("transformers")
    models = pytest.importorskip("sentence_transformers.sentence_transformer.modules")
    from sentence_transformers import SentenceTransformer

    folder.mkdir()
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *sorted(set("虚构茶馆应当备有热水和凉每日打烊时间为二十两几点宁波市禁止遛鸟本局内部暗号蓝色灯笼")),
    ]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=128
    )
    base = folder / "base"
    transformers.BertModel(config).save_pretrained(base)
    tokenizer.save_pretrained(base)
    word = models.Transformer(str(base))
    model = SentenceTransformer(modules=[word, models.Pooling(word.get_embedding_dimension())])
    model.save(str(folder / "model"))
    return folder / "model"


def test_another_model_replaces_the_static_one_beside_it(shelf: Path, engine: Engine, settings: Settings, tmp_path: Path) -> None:
    model = small_transformer(tmp_path / "transformer")
    other = load_settings(settings.home, embedding=str(model), embedding_query_prefix="问：")
    said: list[str] = []
    done = sync_index(engine, other, said.append)
    snapshot = load_snapshot(settings.index_dir)
    assert snapshot.vectors is not None and [v.shape for v in snapshot.vectors] == [(len(snapshot.ids), 32)]
    assert done.embedded == len(snapshot.ids) and any(line.startswith("向量") for line in said)
    assert "打烊" in Searcher(engine, other).search("打烊时间", k=2)[0].article.article.text
    again = sync_index(engine, settings)
    assert again.analysed == 0
    back = load_snapshot(settings.index_dir)
    assert back.vectors is not None and back.vectors[0].shape[1] == 256


def test_an_interrupted_embedding_goes_on(
    shelf: Path, engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = load_settings(settings.home, embedding=str(small_transformer(tmp_path / "transformer")))
    monkeypatch.setattr("assistant.search.index.build._EMBED_STEP", 2)

    class Stop(Exception):
        pass

    def stop(line: str) -> None:
        if line.startswith("向量 4/"):
            raise Stop

    with pytest.raises(Stop):
        sync_index(engine, other, stop)
    pointer = read_pointer(settings.index_dir)
    assert pointer is not None and pointer.embedder.startswith("static")
    assert sync_index(engine, other).embedded == len(load_snapshot(settings.index_dir).ids) - 4


def test_encoding_a_question_imports_neither_torch_nor_gradio() -> None:
    code = (
        "import sys; from assistant.search.vectors.embed import static_embedder;"
        "static_embedder().questions(['网吧']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'gradio', 'chromadb', 'llama_index', 'lightgbm')))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=os.environ).returncode == 0


def test_one_change_leaves_segments_and_question_bank_as_they_are(shelf: Path, engine: Engine, settings: Settings) -> None:
    """A changed article is indexed beside the others: no old segment is written again, nor the bank."""
    folder = settings.home / "questions"
    folder.mkdir()
    line = '{"question": "关门太晚邻居睡不着咋整", "register": "public", "articles": ["《虚构茶馆管理办法》第二条"]}'
    (folder / "own.jsonl").write_text(line + "\n", encoding="utf-8")
    sync_index(engine, settings)
    before = read_pointer(settings.index_dir)
    assert before is not None
    kept = [settings.index_dir / name for name in (*before.segments, before.bank)]
    written = {p: p.stat().st_mtime_ns for folder in kept for p in folder.iterdir()}
    changed = write(shelf / "改", "2011-03-01", statute((*NEW[:1], "虚构茶馆每日打烊时间为二十三时。"), adopted="2011年3月1日"))
    settings = settings.model_copy(update={"source_order": ["pull", "upload"]})
    list(import_paths(engine, settings, [changed], kind="pull"))
    assert sync_index(engine, settings).analysed == 1
    after = read_pointer(settings.index_dir)
    assert after is not None and after.segments[:-1] == before.segments and after.bank == before.bank
    assert {p: p.stat().st_mtime_ns for folder in kept for p in folder.iterdir()} == written
    assert "二十三时" in Searcher(engine, settings).search("关门太晚，邻居睡不着咋整啊", k=1)[0].article.article.text


def test_questions_lead_to_the_text_in_force_until_the_next_one_begins(shelf: Path, engine: Engine, settings: Settings) -> None:
    """A text promulgated for a later day takes no questions away from the one that binds today."""
    folder = settings.home / "questions"
    folder.mkdir()
    line = '{"question": "关门太晚邻居睡不着咋整", "register": "public", "articles": ["《虚构茶馆管理办法》第二条"]}'
    (folder / "own.jsonl").write_text(line + "\n", encoding="utf-8")
    coming = statute((NEW[0], "虚构茶馆每日打烊时间为十九时，自下一世纪起。"), adopted="2099年3月1日")
    list(import_paths(engine, settings, [write(shelf / "将来", "2099-03-01", coming)]))
    sync_index(engine, settings)
    snapshot = load_snapshot(settings.index_dir)
    at = int(snapshot.bank.documents[snapshot.bank.texts.index("关门太晚邻居睡不着咋整")])
    assert "@2011" in snapshot.ids[at]
    assert any("@2099" in i for i in snapshot.ids)


def test_small_segments_are_merged_and_the_large_one_stays(
    shelf: Path, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.search.index.build._MAX_SEGMENTS", 2)
    monkeypatch.setattr("assistant.search.index.build._LARGE_SEGMENT", 3)
    first = read_pointer(settings.index_dir)
    settings = settings.model_copy(update={"source_order": ["pull", "upload"]})
    text = statute((*NEW[:1], "虚构茶馆每日打烊时间为二十三时。"), adopted="2011年3月1日")
    list(import_paths(engine, settings, [write(shelf / "改", "2011-03-01", text)], kind="pull"))
    assert sync_index(engine, settings).analysed == 1
    list(import_paths(engine, settings, [write(shelf / "又", "2021-01-01", statute(("虚构琴师应当调弦。",), title="虚构琴师规定"))]))
    assert sync_index(engine, settings).analysed == 2
    last = read_pointer(settings.index_dir)
    assert first is not None and last is not None and last.segments[0] == first.segments[0] and len(last.segments) == 2
    for question, there, gone in (("虚构茶馆几点打烊", "二十三时", "二十二时"), ("虚构琴师调弦", "调弦", "二十二时")):
        found = "".join(h.article.article.text for h in Searcher(engine, settings).search(question, k=9))
        assert there in found and gone not in found


def test_a_large_collection_is_written_down_at_the_end_and_keeps_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.search.vectors import vectors

    monkeypatch.setattr(vectors, "_SELDOM", 1_500)
    generator = np.random.default_rng(7)
    made = generator.normal(size=(2_800, 8)).astype(np.float32)
    records = [vectors.VectorRecord(f"n{n}", v, "虚构", "法律", "public", 0, 9, "h") for n, v in enumerate(made)]
    store = VectorStore(tmp_path, "m")
    store.expect(len(records))
    store.put(records[:1_600])
    store.put(records[1_600:])
    (graph,) = (p / "length.bin" for p in tmp_path.iterdir() if p.is_dir())
    before = graph.stat().st_size
    store.settle()
    assert graph.stat().st_size > before, "what came last is written down, too"
    again = VectorStore(tmp_path, "m", fresh=True)
    assert again.count() == len(records)
    assert again.nearest(made[2_700], 1)[0][0] == "n2700"


def test_very_many_articles_are_written_in_several_segments(
    shelf: Path, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.search.index import build

    before = [h.article.id for h in Searcher(engine, settings).search("虚构茶馆几点打烊", k=9)]
    shutil.rmtree(settings.index_dir)
    monkeypatch.setattr(build, "_MOST_IN_SEGMENT", 2)
    said: list[str] = []
    done = sync_index(engine, settings, said.append)
    pointer = read_pointer(settings.index_dir)
    assert pointer and len(pointer.segments) == -(-done.analysed // 2) > 1
    assert f"索引 {done.total}/{done.total}" in said
    assert [h.article.id for h in Searcher(engine, settings).search("虚构茶馆几点打烊", k=9)] == before
    assert sync_index(engine, settings).analysed == 0


def test_a_shelf_of_many_full_segments_is_not_made_anew_each_time(
    shelf: Path, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.search.index import build

    shutil.rmtree(settings.index_dir)
    for name in ("_MOST_IN_SEGMENT", "_LARGE_SEGMENT", "_MAX_SEGMENTS"):
        monkeypatch.setattr(build, name, 1)
    total = sync_index(engine, settings).analysed
    pointer = read_pointer(settings.index_dir)
    assert pointer and len(pointer.segments) == total > 1
    assert sync_index(engine, settings).analysed == 0
