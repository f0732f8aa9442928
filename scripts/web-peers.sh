#!/usr/bin/env bash
# What the viewer is measured beside, apart from everything of ours: packages of npm into .peers/web, and the wheel of
# jupyter-scatter, whose front end alone is used, into .peers/jupyter-scatter.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$root/.peers/web"
cp "$root"/benchmarks/viewer/peers/{package.json,package-lock.json,.npmrc} "$root/.peers/web/"
(cd "$root/.peers/web" && "$root/scripts/with-node.sh" npm ci --ignore-scripts --no-fund --no-audit --silent)
wheel=$(grep -E '^jupyter-scatter==' "$root/requirements/web-peers.txt")
wheel=${wheel%% *}
rm -rf "$root/.peers/jupyter-scatter.new"
"$root/.peers/bin/pip" install --quiet --no-deps --no-compile --target "$root/.peers/jupyter-scatter.new" "$wheel"
rm -rf "$root/.peers/jupyter-scatter"
mv "$root/.peers/jupyter-scatter.new" "$root/.peers/jupyter-scatter"
