"""getUpdates with its one poller, and the webhook's methods."""

from .errors import ApiError, bad_request, conflict
from .state import State
from .text import Json

LONGEST_POLL = 50
_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)
_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"


async def get_updates(state: State, params: Json) -> list[Json]:
    """Long polling. A second poller ends the first one's wait with 409, as Telegram does."""
    if state.webhook.url:
        raise conflict(_ACTIVE)
    state.poll_number += 1
    mine = state.poll_number
    state.changed.notify()
    _remember(state, params)
    if offset := params.get("offset"):
        state.updates.confirm(int(offset))
    updates = state.updates
    await state.changed.until(
        lambda: updates.waiting() or _ended(state, mine) or state.faults.down or state.closed,
        min(float(params.get("timeout") or 0), LONGEST_POLL),
    )
    if refusal := _ended(state, mine):
        raise refusal
    limit = int(params.get("limit") or 100)
    return [] if state.faults.down else updates.fetch(min(max(limit, 1), 100))


def _ended(state: State, mine: int) -> ApiError | None:
    if state.webhook.url:
        return conflict("terminated by setWebhook request")
    return conflict(_OTHER) if state.poll_number != mine else None


def _remember(state: State, params: Json) -> None:
    """The kinds of updates that the bot wants stay the same until it names others."""
    wanted = params.get("allowed_updates")
    if wanted is not None:
        if not isinstance(wanted, list):
            raise bad_request("can't parse allowed updates JSON object")
        state.updates.allowed = [str(kind) for kind in wanted]


def set_webhook(state: State, params: Json) -> bool:
    secret = params.get("secret_token")
    state.webhook.set(
        str(params.get("url") or ""),
        str(secret) if secret else None,
        int(params.get("max_connections") or 40),
    )
    _remember(state, params)
    _drop_pending(state, params)
    return True


def delete_webhook(state: State, params: Json) -> bool:
    state.webhook.set("", None)
    _drop_pending(state, params)
    return True


def _drop_pending(state: State, params: Json) -> None:
    if params.get("drop_pending_updates"):
        state.updates.queue = []


def webhook_info(state: State, _params: Json) -> Json:
    hook = state.webhook
    found: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.waiting()),
    }
    if hook.url:
        found |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.error:
        found |= {"last_error_date": hook.error[0], "last_error_message": hook.error[1]}
    if state.updates.allowed:
        found["allowed_updates"] = state.updates.allowed
    return found


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
