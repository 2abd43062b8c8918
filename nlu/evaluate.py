"""Scores the bot's understanding on labelled lines and says which floors it misses.

    python -m nlu.evaluate --messages nlu/eval/messages.jsonl [--tweets FILE.csv] [--without ...]

The decisions are those of `kawan understand`: rules, model and thresholds together. Runs in the
bot's environment. Exit code 1 when a floor is missed, 2 for a file that cannot be read.
`--without service` measures what is left when the parse service is down (rules and the spare model
inside the bot), `--without model` the rules alone.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from nlu.report import table, write_document
from nlu.robustness import GUARDED_FALL, LARGEST_FALL, disguised, robustness
from nlu.scores import MEASURES, RULES_ALONE, TWEETS, VOICE_SLACK, Measure, Row, merge, score

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "nlu" / "eval" / "messages.jsonl"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=Path, default=OWN, help="JSON lines with labels")
    parser.add_argument("--tweets", type=Path, help="CSV with a column `tweet`, all without danger")
    parser.add_argument("--without", choices=("service", "model"), help="as if it were down")
    parser.add_argument("--guard", type=Path, help="fail only below the limits in this YAML file")
    parser.add_argument("--errors", type=Path, help="write every wrong line here, to be read")
    options = parser.parse_args()
    try:
        labelled = read_messages(options.messages)
        tweets = read_tweets(options.tweets) if options.tweets else []
    except (OSError, ValueError, KeyError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    changed = [] if options.without else disguised(labelled)
    decided = understand([row["text"] for row in labelled + tweets + changed], options.without)
    rows = merge(labelled, decided[: len(labelled)])
    tweet_rows = merge(tweets, decided[len(labelled) :][: len(tweets)])
    changed_rows = merge(changed, decided[len(labelled) + len(tweets) :])
    floors, tweet_floors = (MEASURES, TWEETS) if not options.without else RULES_ALONE
    limits = guarded(floors, options.guard) if options.guard else floors
    fall = LARGEST_FALL if not options.guard else GUARDED_FALL
    print(table(rows, floors))
    if tweet_rows:
        print(table(tweet_rows, tweet_floors, voices=False))
    falls = robustness(rows, changed_rows, changed, fall)
    print("\n".join(falls.lines))
    if options.errors:
        _write_errors(options.errors, rows, tweet_rows)
    if options.messages.resolve() == OWN and not options.without:
        write_document(ROOT / "docs", rows, falls.lines)
    missed = [*below(rows, limits), *below(tweet_rows, tweet_floors), *falls.missed]
    for line in missed:
        print(f"below the floor: {line}")
    return 1 if missed else 0


def read_messages(path: Path) -> list[Row]:
    """Labelled lines; `ValueError` with the line number where one is not JSON with a text."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = json.loads(line)
        if not isinstance(row.get("text"), str) or "kind" not in row:
            raise ValueError(f"{path}:{number}: needs a text and a kind")
        rows.append(row)
    return rows


def read_tweets(path: Path) -> list[Row]:
    """Texts of the column `tweet`."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{"text": row["tweet"], "kind": "chitchat"} for row in csv.DictReader(file)]


def understand(texts: list[str], without: str | None = None) -> list[dict[str, Any]]:
    """The bot's decisions, from the command people use."""
    command = [str(Path(sys.executable).with_name("kawan")), "understand", "--jsonl", "--explain"]
    down = {"KAWAN_NLU_URL": "http://127.0.0.1:9", "KAWAN_NLU_SECRET": "nobody listens there"}
    done = subprocess.run(
        [*command, "--rules-only"] if without == "model" else command,
        env={**os.environ, **down} if without == "service" else None,
        input="".join(json.dumps({"text": text}) + "\n" for text in texts),
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        print("evaluate: `kawan understand` failed, see above", file=sys.stderr)
        raise SystemExit(2)
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    for decision in decisions:
        risk = decision.get("risk") or {}
        decision["serious"] = risk.get("high", 0.0) + risk.get("critical", 0.0)
    return decisions


def guarded(floors: tuple[Measure, ...], path: Path) -> tuple[Measure, ...]:
    """The measures with the limits of `path` (name -> share) in place of their floors."""
    limits = yaml.safe_load(path.read_text("utf-8"))
    return tuple(replace(m, floor=float(limits.get(m.name, m.floor))) for m in floors)


def below(rows: list[Row], measures: tuple[Measure, ...]) -> list[str]:
    """Which floors are missed, over all lines and by each voice."""
    missed = []
    if not rows:
        return []
    for measure in measures:
        whole = score(measure, rows)
        if whole.total and not measure.met(whole.share):
            missed.append(f"{measure.name}: {whole.share:.3f}, floor {measure.floor}")
        for voice in sorted({row["voice"] for row in rows}):
            part = score(measure, [row for row in rows if row["voice"] == voice])
            slack = VOICE_SLACK if measure.ceiling else -VOICE_SLACK
            eased = Measure(
                measure.name, measure.among, measure.hit, measure.floor + slack, 0, measure.ceiling
            )
            if part.total and not eased.met(part.share):
                missed.append(f"{measure.name}, {voice}: {part.share:.3f}, floor {eased.floor:.3f}")
    return missed


def _write_errors(path: Path, rows: list[Row], tweets: list[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for measures, some in ((MEASURES, rows), (TWEETS, tweets)):
            for measure in measures:
                for row in some:
                    if measure.among(row) and measure.hit(row) == measure.ceiling:
                        line = {"measure": measure.name, **row}
                        file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
