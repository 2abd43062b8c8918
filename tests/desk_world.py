"""The real program with staff, on the fake Bot API: what the desk's tests share."""

from pathlib import Path

from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram
from tests.fake_api.person import User

DISCLOSURE = "aku dikunci majikan di kebun tebu, pasporku diambil"


class Desk:
    """A bot with supervisors; `staff` maps a name to a user who pressed start."""

    def __init__(self, telegram: FakeTelegram, folder: Path, **settings: str) -> None:
        self.telegram = telegram
        self.folder = folder
        self.leader = telegram.user(language_code="en", first_name="Leader")
        self.second = telegram.user(language_code="en", first_name="Second")
        self.settings = {
            "KAWAN_SUPERVISORS": f"{self.leader.id},{self.second.id}", "KAWAN_DIGEST_SECONDS": "0.2",
            **settings,
        }  # fmt: skip
        self.bot = BotProcess(folder, telegram.url, telegram.token, **self.settings)

    async def __aenter__(self) -> "Desk":
        await self.bot.start()
        for leader in (self.leader, self.second):
            leader.say("/language en")
            await leader.replies(1, timeout=30)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bot.stop(within=20)

    async def counsellor(self, name: str) -> User:
        """Invited, joined, confirmed, speaking English, on duty."""
        user = self.telegram.user(language_code="en", first_name=name)
        self.leader.say("/invite counsellor")
        (invitation,) = await self.leader.replies(1)
        code = next(line for line in invitation.visible.splitlines() if line.startswith("/join"))
        user.say(code)
        await user.replies(1)
        await self.leader.replies(1)
        self.leader.press("Confirm")
        await self.leader.replies(1)
        await user.replies(1)
        await self.second.replies_so_far()
        await duty(user)
        return user

    async def person(self, name: str = "Wulandari", username: str = "wulan_rahasia") -> User:
        person = self.telegram.user(language_code="id", first_name=name, username=username)
        person.start()
        await person.replies(1, timeout=20)
        return person


async def duty(user: User) -> None:
    user.say("/duty on")
    await user.replies(1)


def code_in(text: str) -> str:
    """The case code of an alert."""
    import re

    found = re.search(r"\b[A-HJKMNP-RT-Z346789]{6}\b", text)
    assert found, text
    return found.group()


async def shows(
    user: User, words: str, telegram: FakeTelegram, timeout: float = 15, times: int = 1
) -> str:
    """Wait until the chat of `user` holds so many messages of the bot with `words`; the last."""

    def there() -> list[str]:
        return [p.visible for p in user.chat if p.own and not p.deleted and words in p.visible]

    await telegram.until(lambda: len(there()) >= times, timeout)
    return there()[-1]
