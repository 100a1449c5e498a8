"""Chroma's client for a server, with the program's own HTTP client in the place of the one it makes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from assistant.outgoing.http import client

#: Seconds and bytes of one answer of the server: a thousand vectors with what is kept beside them.
_SECONDS, _LARGEST = 300, 256 * 1024 * 1024


def chroma_client(url: str) -> Any:
    """Return a client of the Chroma server at an address; raises what chromadb raises where it does not answer."""
    from chromadb.api.client import Client
    from chromadb.config import Settings as ChromaSettings

    def call_through_the_checked_client(server: Any) -> None:
        made = client(server.get_api_url(), seconds=_SECONDS, largest=_LARGEST, headers=server._session.headers)
        server._session.close()
        server._session = made

    class Checked(Client):
        """Both of the servers a client talks to are taken over before the first word."""

        def get_user_identity(self) -> Any:
            call_through_the_checked_client(self._server)
            return super().get_user_identity()

        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            admin: Any = self._admin_client
            call_through_the_checked_client(admin._server)
            super()._validate_tenant_database(tenant, database)

    parts = urlsplit(url)
    encrypted = parts.scheme == "https"
    settings = ChromaSettings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=parts.hostname or "",
        chroma_server_http_port=parts.port or (443 if encrypted else 8000),
        chroma_server_ssl_enabled=encrypted,
    )
    return Checked(settings=settings)
