"""A service of vectors or ranks behind an address: JSON over HTTP."""

from typing import Any

import httpx

__all__ = ["Remote"]


class Remote:
    """Posts JSON to paths below `base_url`; safe to share between threads."""

    def __init__(self, base_url: str, key: str) -> None:
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"), headers={"Authorization": f"Bearer {key}"} if key else {}
        )

    def post(self, path: str, body: dict[str, Any], seconds: float) -> Any:
        """The reply's JSON; raises httpx.HTTPError, or ValueError for a reply that is none."""
        response = self._client.post(path, json=body, timeout=seconds)
        response.raise_for_status()
        return response.json()
