"""Return codes and invitations: shown once, kept as a keyed hash."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.unit import Unit
from bot.adapters.encryption import keyed_hash
from bot.domain.case import plain_code, secret_code

KEY = "codes"


async def code_hash(unit: Unit, session: AsyncSession, code: str) -> str:
    """What is kept of a code somebody typed, however they typed it."""
    return await _mac(unit, session, f"hash {plain_code(code)}")


async def return_code(unit: Unit, session: AsyncSession, case: str, closed_at: datetime) -> str:
    """The return code of a case closed at that moment. It is made from the key instead of being
    rolled, so that a step repeated after a crash can show the same code."""
    moment = closed_at.astimezone(UTC).isoformat()
    return secret_code(bytes.fromhex(await _mac(unit, session, f"return {case} {moment}")))


async def _mac(unit: Unit, session: AsyncSession, text: str) -> str:
    key = await unit.named_key(session, KEY)
    return keyed_hash(key, text)
