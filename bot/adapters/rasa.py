"""Client of the parse service (`nlu/server.py`)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from bot.domain.understanding import Parsed
from bot.ports import Unavailable

TIMEOUT = 1.5  # seconds after which the conversation goes on without the model


class RasaUnderstander:
    """Asks the parse service over a Unix socket or HTTP. Texts are neither logged nor kept."""

    def __init__(
        self,
        *,
        secret: str,
        url: str | None = None,
        socket: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            base_url=url or "http://nlu",
            transport=httpx.AsyncHTTPTransport(uds=socket) if socket else None,
            headers={"X-Kawan-Secret": secret},
            timeout=timeout,
            trust_env=False,
        )

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        """See `Understander.parse`; anything but a complete, sound answer is `Unavailable`."""
        try:
            async with asyncio.timeout(self._timeout):
                body = {"texts": [t[:20000] for t in texts], "explain": explain}
                response = await self._client.post("/parse", json=body)
                response.raise_for_status()
                results = response.json()["results"]
            parsed = [_parsed(raw) for raw in results]
        except (
            httpx.HTTPError,
            TimeoutError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise Unavailable(type(error).__name__) from error
        if len(parsed) != len(texts):
            raise Unavailable("wrong number of results")
        return parsed

    async def ready(self) -> bool:
        """Whether the service has loaded its model and answered its own smoke test."""
        try:
            return (await self._client.get("/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self._client.aclose()


def _parsed(raw: dict[str, Any]) -> Parsed:
    intents = tuple((str(i["name"]), float(i["confidence"])) for i in raw["intents"])
    risk = {level: float(raw["risk"][level]) for level in ("none", "concern", "high", "critical")}
    if not all(0.0 <= p <= 1.0 for p in risk.values()):  # also refuses NaN
        raise ValueError("probabilities out of range")
    categories = {str(k): float(v) for k, v in raw["categories"].items()}
    words = tuple((str(w), float(x)) for w, x in raw.get("words", ()))
    if not intents or not categories:
        raise ValueError("empty result")
    return Parsed(intents, risk, categories, words, float(raw.get("about_other", 0.0)))
