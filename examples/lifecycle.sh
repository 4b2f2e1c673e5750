#!/usr/bin/env bash
#
# Starts a VM, looks at it, watches its events and takes it away again, by the exit codes and the JSON of `vm`.
#   examples/lifecycle.sh
# It needs `vm` in PATH and QEMU, and nothing else: no KVM, no root, no disk image. The guest is a PC with nothing to start.
set -euo pipefail

# json EXPRESSION: evaluates JavaScript on the JSON from stdin, which it calls `it`. Node is there where `vm` is.
json() {
  node -e "const it = JSON.parse(require('node:fs').readFileSync(0, 'utf8')); console.log($1)"
}

cleanup() {
  # 6: there is no such VM, as it should be.
  vm down example --timeout 1s --force 2>/dev/null || true
  rm -rf "$folder"
}

# Folders of its own, so that it leaves nothing among your VMs. /tmp, because the path of a socket has to be short.
folder=$(mktemp -d /tmp/vm-example.XXXXXX)
export VM_RUNTIME_DIR=$folder/run VM_STATE_DIR=$folder/state
trap cleanup EXIT

cat >"$folder/example.yaml" <<'SPEC'
machine: {accelerator: tcg}
cpu: {vcpus: 2}
memory: {size: 64MiB}
SPEC

vm command "$folder/example.yaml" --format json | json '`QEMU: ${it[0]}, ${it.length - 1} arguments`'
vm up "$folder/example.yaml"
vm list --format json | json 'it.map(({ name, state, memory }) => `${name}: ${state}, ${memory} bytes`).join("\n")'

status=$(vm status example --format json)
printf 'state: %s\n' "$(json it.state <<<"$status")"
json 'it.vcpus.map(({ index, threadId, cpus }) => `vCPU ${index}: thread ${threadId}, CPUs ${cpus}`).join("\n")' <<<"$status"

vm events example --format json >"$folder/events" &
watching=$!

vm pause example
printf 'state: %s\n' "$(vm status example --format json | json it.state)"
vm resume example

# There is no operating system that could react to the power button: it is given a second.
vm down example --timeout 1s --force
wait "$watching"
while IFS= read -r event; do
  printf 'event: %s\n' "$(json it.event <<<"$event")"
done <"$folder/events"

gone=0
vm status example 2>/dev/null || gone=$?
printf 'exit code of vm status: %d\n' "$gone"
