#!/usr/bin/env bash
# Makes or completes a virtual environment: venv.sh PYTHON FOLDER pip-install-arguments…
set -euo pipefail
python=$1 folder=$2
shift 2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $python is $("$python" --version). Say: make PYTHON=python3.12 …" >&2
  exit 1
}
[ -x "$folder/bin/pip" ] || "$python" -m venv --clear "$folder"
"$folder/bin/pip" install --quiet "$@"
