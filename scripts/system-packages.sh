#!/usr/bin/env bash
# Installs what is missing of Debian's packages, and nothing when nothing is: system-packages.sh base|test|browsers|bench
#   base      what every command needs: Python's venv module
#   test      what the tests look with (strace), isolate with (bubblewrap), build probes with (gcc) and tunnel with (sshd)
#   browsers  the three engines that the page is tested in, a screen for them, and letters
#   bench     what the benchmarks compare with
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing+=("$2"); }

case "${1:-}" in
  base)
    need python3 python3
    "${PYTHON:-python3}" -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
    ;;
  test)
    need strace strace
    need bwrap bubblewrap
    need gcc gcc
    need ssh openssh-client
    need sshd openssh-server
    [ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
    ;;
  browsers)
    need chromium chromium
    need firefox-esr firefox-esr
    need WebKitWebDriver webkit2gtk-driver
    need Xvfb xvfb
    [ -d /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
    ;;
  bench)
    need nginx nginx-light
    ;;
  *)
    echo "usage: $0 base|test|browsers|bench" >&2
    exit 2
    ;;
esac

[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "Missing: ${missing[*]}. This user may not install packages; ask for:" >&2
    echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "Missing: ${missing[*]} (Debian's names). Install them with this system's own tool." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq

"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
