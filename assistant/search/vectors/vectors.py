"""Article vectors in Chroma, through LlamaIndex's vector store, keyed by article id.

Chroma keeps the vectors; searching copies them into one matrix while there are few enough to
compare one by one (exact, and faster than a filtered approximate search), and asks Chroma above
`exact_vector_limit`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import BadSetting, RefusedAddress
from assistant.outgoing.addresses import refused_address
from assistant.search.vectors.chroma_client import chroma_client

#: Below Chroma's limit of 5,461 records in one call.
BATCH = 5_000
#: Chroma writes its graph down after so many records: what came later is put in anew whenever a process opens it, and
#: writing a large graph down takes seconds. While very many records come it is written seldom, otherwise soon.
_SELDOM, _SOON = 20_000, 1_000
_FAR = 99_991_231
#: Records in one call to a server, whose requests are limited in size.
_SERVER_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """One article's vector with what it may be filtered by; days are YYYYMMDD numbers."""

    id: str
    vector: NDArray[np.float32]
    law: str
    level: str
    visibility: str
    begins: int
    ends: int
    hash: str


class VectorStore:
    """One collection of one embedder in an embedded Chroma (a folder), or on a Chroma server (its address).

    Raises BadSetting where the server does not answer.
    """

    def __init__(self, place: Path | str, embedder: str, *, fresh: bool = False) -> None:
        from llama_index.vector_stores.chroma import ChromaVectorStore

        client: Any = _embedded(place, fresh) if isinstance(place, Path) else _server(place)
        self._place, self._embedder = place, embedder
        self._batch = BATCH if isinstance(place, Path) else _SERVER_BATCH
        name = "articles-" + re.sub(r"[^a-zA-Z0-9._-]", "-", embedder)[:40].strip("-._")
        self._client = client
        self._collection: Any = client.get_or_create_collection(
            name,
            metadata={"hnsw:space": "cosine", "hnsw:construction_ef": 64, "hnsw:sync_threshold": _SOON, "hnsw:batch_size": BATCH},
        )
        self._store = ChromaVectorStore(chroma_collection=self._collection)

    def expect(self, records: int) -> None:
        """Prepare for so many new records; to be called before anything else is done with an embedded collection."""
        if isinstance(self._place, Path) and records > _SELDOM:
            self._write_each(_SELDOM)

    def settle(self) -> None:
        """Have an embedded collection that was prepared for many records write its graph down, so that opening it is quick."""
        if not isinstance(self._place, Path) or self._collection.configuration["hnsw"]["sync_threshold"] <= _SOON:
            return
        self._write_each(_SOON)
        # How often it writes is read when the collection is opened; it writes when the next record comes.
        own = VectorStore(self._place, self._embedder, fresh=True)._collection
        one = own.get(limit=1, include=["embeddings"])
        if one["ids"]:
            own.update(ids=one["ids"], embeddings=one["embeddings"])

    def _write_each(self, records: int) -> None:
        self._collection.modify(configuration={"hnsw": {"sync_threshold": records}})

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return article id → content hash of those of the given articles whose vector is stored."""
        out: dict[str, str] = {}
        for start in range(0, len(ids), self._batch):
            found = self._collection.get(ids=list(ids[start : start + self._batch]), include=["metadatas"])
            out.update({i: str(m.get("hash", "")) for i, m in zip(found["ids"], found["metadatas"], strict=True)})
        return out

    def count(self) -> int:
        """How many vectors are stored."""
        return int(self._collection.count())

    def redate(self, spans: Mapping[str, tuple[int, int, str]]) -> None:
        """Change the days (begins, ends) and visibility that articles are filtered by."""
        ids = list(spans)
        for start in range(0, len(ids), self._batch):
            batch = ids[start : start + self._batch]
            changed = [dict(zip(("begins", "ends", "visibility"), spans[i], strict=True)) for i in batch]
            self._collection.update(ids=batch, metadatas=changed)

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the stored vectors of the given articles."""
        out: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(ids), self._batch):
            found = self._collection.get(ids=list(ids[start : start + self._batch]), include=["embeddings"])
            out.update(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))
        return out

    def put(self, records: Sequence[VectorRecord]) -> None:
        """Store vectors of ids that are not there yet."""
        from llama_index.core.schema import TextNode

        for start in range(0, len(records), self._batch):
            batch = records[start : start + self._batch]
            self._store.add([TextNode(id_=r.id, text="", embedding=r.vector.tolist(), metadata=_metadata(r)) for r in batch])

    def remove(self, ids: Sequence[str]) -> None:
        """Forget the vectors of articles that left the shelf."""
        for start in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[start : start + self._batch]))

    def nearest(
        self, vector: NDArray[np.float32], count: int, *, day: int | None = None, public_only: bool = False
    ) -> list[tuple[str, float]]:
        """Return (article id, cosine) of the nearest articles, best first.

        `day` (YYYYMMDD) keeps to texts in force on it and `public_only` to public ones; Chroma
        filters before it searches, which is slow where most articles pass.
        """
        from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery

        filters: list[Any] = []
        if day is not None:
            filters.append(MetadataFilter(key="begins", value=day, operator=FilterOperator.LTE))
            filters.append(MetadataFilter(key="ends", value=day, operator=FilterOperator.GT))
        if public_only:
            filters.append(MetadataFilter(key="visibility", value="public"))
        query = VectorStoreQuery(
            query_embedding=vector.tolist(), similarity_top_k=count, filters=MetadataFilters(filters=filters) if filters else None
        )
        result = self._store.query(query)
        # The store gives exp(-distance), the distance being 1 - cosine.
        return [(i, 1.0 + float(np.log(s)) if s > 0 else 0.0) for i, s in zip(result.ids or [], result.similarities or [], strict=True)]


def _embedded(folder: Path, fresh: bool) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    folder.mkdir(parents=True, exist_ok=True)
    if fresh:  # another process may have written since this one opened the folder
        SharedSystemClient.clear_system_cache()
    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def _server(url: str) -> Any:
    try:
        return chroma_client(url)
    except RefusedAddress as error:
        raise BadSetting(f"设置 chroma_url：{error}") from error
    except Exception as error:  # chromadb wraps what its HTTP client raises in types of several modules
        refused = refused_address(error)
        if refused:
            raise BadSetting(f"设置 chroma_url：{refused}") from error
        raise BadSetting(f"设置 chroma_url 的 Chroma 服务（{url}）连不上，请确认它已启动（chroma run）且地址无误") from error


def _metadata(record: VectorRecord) -> dict[str, Any]:
    return {
        "law": record.law,
        "level": record.level,
        "visibility": record.visibility,
        "begins": record.begins,
        "ends": record.ends,
        "hash": record.hash,
    }


def day_number(day: Any, otherwise: int = _FAR) -> int:
    """A date as the number YYYYMMDD; `otherwise` for None."""
    return day.year * 10_000 + day.month * 100 + day.day if day else otherwise
