"""Scores the language guess on parallel sentences: `make eval NUSAX=file.csv` (columns `indonesian` and
`english`, as in NusaX). Exit code 1 below the floor."""

import argparse
import csv
import sys
from pathlib import Path

from bot.domain.language import choose
from bot.house import open_house
from bot.settings import load_settings
from nlu.scores import wilson

FLOOR = 0.98
COLUMNS = {"indonesian": "id", "english": "en"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nusax", type=Path, required=True)
    path = parser.parse_args().nusax
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    house = open_house(load_settings())
    known, failed = house.content.current().order, 0
    print("| language of parallel sentences | floor | measured |\n| --- | --- | --- |")
    for column, language in COLUMNS.items():
        right = sum(
            choose(known=known, explicit=None, detected=house.guesser.detect(row[column]),
                   previous=None, client=None) == language
            for row in rows
        )  # fmt: skip
        low, high = wilson(right, len(rows))
        share = right / len(rows)
        failed |= share < FLOOR
        print(f"| {column} | ≥ {FLOOR} | {share:.3f} ({low:.3f}-{high:.3f}, n={len(rows)}) |")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
