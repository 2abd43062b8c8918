"""The command `kawan`."""

import argparse
import asyncio
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from bot import app, campaign_cli, content_cli, desk_commands, logs, upkeep
from bot.adapters.content.check import check
from bot.adapters.content.problems import ContentError
from bot.adapters.database.engine import DatabaseProblem
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import KeyProblem, open_vault
from bot.adapters.sealed_file import FileProblem
from bot.house import ROOT, House, content_root, offer_explainer, open_house
from bot.settings import Settings, SettingsProblem, load_settings
from bot.telegram.receive import TokenRefused
from bot.terminal.offers import check_offers
from bot.understanders import Deaf, nlu_command, understanding
from bot.usecases.explain import understand

MISTAKE = 2  # exit code for everything an operator can mend
NLU_START = 90.0  # seconds
NLU_PATIENCE = 30.0  # seconds: nobody waits in a chat here
AHEAD = 8  # messages that are read while earlier ones are judged


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code is 0, or 2 with one line on standard error."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        logs.set_up(settings.log_level)
        return int(options.run(settings, options) or 0)
    except KeyboardInterrupt:
        return 130
    except ContentError as error:
        problems = error.problems
        return _mistake(
            f"content: {problems[0]}"
            + (
                f" (and {len(problems) - 1} more; `kawan content check` lists them)"
                if problems[1:]
                else ""
            )
        )
    except DatabaseProblem as error:
        return _mistake(f"KAWAN_DATABASE_URL: {error}")
    except KeyProblem as error:
        return _mistake(f"KAWAN_KEY: {error}")
    except TokenRefused:
        return _mistake(
            "TELEGRAM_BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather"
        )
    except (SettingsProblem, FileProblem, OSError) as error:
        return _mistake(str(error))


def _mistake(line: str) -> int:
    print(f"kawan: {' '.join(line.split())}", file=sys.stderr)
    return MISTAKE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kawan", description="Kawan Aman, a safe friend on Telegram"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, text: str, where: Any = commands) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = where.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("run", _run, "answer on Telegram, or in this terminal when there is no token")
    add("chat", _chat, "the same conversation in this terminal")
    add("train", _train, "train the language model when data or configuration changed")
    reading = add(
        "understand",
        _understand,
        "print the bot's decision for each line of standard input, as JSON",
    )
    reading.add_argument(
        "--jsonl", action="store_true", help="lines are JSON objects with a `text`"
    )
    reading.add_argument(
        "--explain", action="store_true", help="also show the rules and words that moved it"
    )
    reading.add_argument(
        "--rules-only", action="store_true", help="judge as if the language model were down"
    )
    offers = add("check-offer", _check_offer, "print what is seen in a job offer, as JSON")
    offers.add_argument(
        "--jsonl", action="store_true", help="lines are JSON objects with a `text`, an offer each"
    )
    content = commands.add_parser("content", help="work with content").add_subparsers(required=True)
    add("check", _content_check, "say what is wrong in the content, with file and line", content)
    content_cli.add_commands(content)
    database = commands.add_parser("db", help="work with the database").add_subparsers(
        required=True
    )
    add("upgrade", _db_upgrade, "bring the database to the newest version", database)
    campaign_cli.add_commands(commands)
    upkeep.add_commands(commands, add)
    desk_commands.add_commands(commands, add)
    return parser


def _run(settings: Settings, _options: argparse.Namespace) -> None:
    house = open_house(settings)
    if settings.telegram_bot_token is None:
        print("TELEGRAM_BOT_TOKEN is not set: this is the same conversation in the terminal.\n")
        asyncio.run(app.run_terminal(house))
        return
    with app.only_one(settings):
        vault = open_vault(
            settings.key.get_secret_value() if settings.key else None, settings.data_dir
        )
        upgrade(house.url())
        asyncio.run(app.run_telegram(house, vault))


def _chat(settings: Settings, _options: argparse.Namespace) -> None:
    asyncio.run(app.run_terminal(open_house(settings)))


def _train(settings: Settings, _options: argparse.Namespace) -> int:
    command = nlu_command(settings)
    if not command.python.exists():
        raise SettingsProblem(f"{command.python} is missing; run `make setup`")
    done = subprocess.run(
        [command.python, "-m", "nlu.train", "--out", command.model.parent],
        cwd=ROOT,
        check=False,
    )
    return MISTAKE if done.returncode else 0


def _content_check(settings: Settings, _options: argparse.Namespace) -> int:
    problems = check(content_root(settings), date.today())
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "content is in order")
    return MISTAKE if problems else 0


def _db_upgrade(settings: Settings, _options: argparse.Namespace) -> None:
    url = open_house(settings).url()
    upgrade(url)
    print("the database is up to date")


def _check_offer(settings: Settings, options: argparse.Namespace) -> None:
    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    check_offers(source, sys.stdout, offer_explainer(settings), options.jsonl)


def _understand(settings: Settings, options: argparse.Namespace) -> None:
    asyncio.run(_judge_lines(settings, options))


async def _judge_lines(settings: Settings, options: argparse.Namespace) -> None:
    house = open_house(settings)
    if options.rules_only:
        await _print_decisions(house, Deaf(), options)
        return
    try:
        async with understanding(settings, wait=NLU_START, patience=NLU_PATIENCE) as model:
            await _print_decisions(house, model, options)
    except TimeoutError:
        raise SettingsProblem(
            "the language model did not start; see log/nlu.log in KAWAN_DATA_DIR"
        ) from None


async def _print_decisions(house: House, model: Any, options: argparse.Namespace) -> None:
    """In order, each as soon as it is known; a few lines are read ahead so that none waits idle."""
    reader = house.reader(model)

    async def judge(number: int, line: str) -> dict[str, Any]:
        try:
            text = _text(line, options.jsonl)
        except ValueError as error:
            return {"error": str(error), "line": number}
        return await understand(
            text, reader, house.guesser, house.content.languages, options.explain
        )

    ahead: asyncio.Queue[asyncio.Task[dict[str, Any]] | None] = asyncio.Queue(AHEAD)

    async def read_ahead() -> None:
        number = 0
        async for line in _lines():
            number += 1
            await ahead.put(asyncio.create_task(judge(number, line)))
        await ahead.put(None)

    reading = asyncio.create_task(read_ahead())
    while (task := await ahead.get()) is not None:
        print(json.dumps(await task, ensure_ascii=False), flush=True)
    await reading


async def _lines() -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    stream = sys.stdin.buffer
    while True:
        raw = await loop.run_in_executor(None, stream.readline)
        if not raw:
            return
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def _text(line: str, jsonl: bool) -> str:
    if not jsonl:
        return line
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not a JSON object: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ValueError("needs a JSON object with a string `text`")
    return str(value["text"])


if __name__ == "__main__":
    sys.exit(main())
