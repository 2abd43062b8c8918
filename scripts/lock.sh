#!/usr/bin/env bash
# Writes the lock files anew: every package pinned by hash, no index address in them.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.tools/bin/uv
options=(--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --universal --quiet "$@")
"$uv" pip compile "${options[@]}" --python-version 3.11 requirements/uv.in -o requirements/uv.txt
"$uv" pip compile "${options[@]}" --python-version 3.11 requirements/bot.in -o requirements/bot.txt
"$uv" pip compile "${options[@]}" --python-version 3.11 -c requirements/bot.txt requirements/dev.in -o requirements/dev.txt
"$uv" pip compile "${options[@]}" --python-version 3.10 nlu/requirements.in -o nlu/requirements.txt
