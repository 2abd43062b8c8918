#!/usr/bin/env bash
# Makes the two environments. Usage: scripts/setup.sh [bot] [nlu] [dev]; without words bot and nlu.
# Nothing is done that is done already: each environment remembers the lock file it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=("$@"); [ $# -gt 0 ] || wanted=(bot nlu)

say() { printf '==> %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 2; }

# A Python that really runs: a pyenv shim without a chosen version only prints an error.
works() { "$1" -c "import sys, venv; sys.exit(not ($2))" >/dev/null 2>&1; }

find_python() { # condition, candidates...
  local condition=$1; shift
  local candidate
  for candidate in "$@"; do
    if command -v "$candidate" >/dev/null 2>&1 && works "$candidate" "$condition"; then
      command -v "$candidate"; return 0
    fi
  done
  return 1
}

make_uv() {
  [ -x .tools/bin/uv ] && cmp -s requirements/uv.txt .tools/made-from && return 0
  say "installing uv (the installer) into .tools"
  local python
  python=$(find_python "sys.version_info >= (3, 8)" python3 python) || fail "python3 is missing; install Python 3.11 or newer"
  "$python" -m venv .tools || fail "python3 cannot make environments; install its venv module"
  .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
  cp requirements/uv.txt .tools/made-from
}

make_environment() { # folder, python, lock file
  local folder=$1 python=$2 lock=$3 stamp
  stamp="$folder/made-from-$(basename "$lock")"
  if [ -x "$folder/bin/python" ] && cmp -s "$lock" "$stamp"; then return 0; fi
  [ -x "$folder/bin/python" ] || .tools/bin/uv venv --quiet --python "$python" "$folder"
  say "installing $lock into $folder"
  VIRTUAL_ENV="$folder" .tools/bin/uv pip install --require-hashes --compile-bytecode -r "$lock"
  cp "$lock" "$stamp"
}

bot_python() {
  find_python "sys.version_info >= (3, 11)" python3 python3.14 python3.13 python3.12 python3.11 && return 0
  .tools/bin/uv python find ">=3.11" 2>/dev/null && return 0
  .tools/bin/uv python install --quiet 3.12 >/dev/null 2>&1 && .tools/bin/uv python find 3.12
}

nlu_python() {
  local versions=("${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10)
  find_python "sys.version_info[:2] == (3, 10)" python3.10 "${versions[@]}" && return 0
  .tools/bin/uv python find --no-project 3.10 2>/dev/null && return 0
  say "fetching Python 3.10" >&2
  .tools/bin/uv python install --quiet 3.10 >/dev/null 2>&1 && .tools/bin/uv python find 3.10
}

make_uv
for part in "${wanted[@]}"; do
  case $part in
    bot|dev)
      python=$(bot_python) || fail "Python 3.11 or newer is missing; install it, for example with your package manager"
      make_environment .venv "$python" "requirements/$part.txt"
      if [ ! -x .venv/bin/kawan ]; then
        VIRTUAL_ENV=.venv .tools/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
      fi ;;
    nlu)
      python=$(nlu_python) || fail "Python 3.10 is missing; install it (for example: pyenv install 3.10) and run again"
      make_environment .venv-nlu "$python" nlu/requirements.txt ;;
    *) fail "unknown part $part; use bot, nlu, dev" ;;
  esac
done
say "environments are ready"
