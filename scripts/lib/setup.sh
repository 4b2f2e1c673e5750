# shellcheck shell=bash
# What scripts/demo and scripts/test need before they start: sourced by them.
# Each step says what it does and how long it took, and does nothing when all is there: no network is needed then.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly project
# shellcheck source=scripts/lib/root.sh
source "$project/scripts/lib/root.sh"

readonly least_node=20.19
# Where the stamps of what was done are kept; npm ci removes them with everything else.
readonly stamps=$project/node_modules/.cache/vm-setup

# What the project uses of the host: the Debian package, and a command or file that shows that it is there.
host_needs=(
  qemu-system-x86=qemu-system-x86_64
  qemu-utils=qemu-img
  busybox-static=busybox
  cpio=cpio
  e2fsprogs=mke2fs
  iproute2=ip
  util-linux=flock
  bzip2=bzip2
  xz-utils=xz
  ovmf=/usr/share/OVMF
  swtpm=swtpm
  swtpm-tools=swtpm_setup
  passt=passt
  dnsmasq-base=dnsmasq
  nftables=nft
)

# Prints the time as microseconds.
now() {
  printf '%s\n' "${EPOCHREALTIME//[!0-9]/}"
}

# seconds_since START: "1.2 s".
seconds_since() {
  local tenths=$((($(now) - $1 + 50000) / 100000))
  printf '%d.%d s\n' $((tenths / 10)) $((tenths % 10))
}

# give_up MESSAGE...: the setup cannot go on; each argument is a line.
give_up() {
  printf 'setup: %s\n' "$@" >&2
  exit 3
}

# step TITLE COMMAND...: one line on success; everything that the command said on failure.
step() {
  local title=$1 start output status=0
  shift
  start=$(now)
  printf 'setup: %s … ' "$title"
  output=$("$@" 2>&1 </dev/null) || status=$?
  if ((status == 0)); then
    printf '%s\n' "$(seconds_since "$start")"
    return
  fi
  printf 'failed after %s\n' "$(seconds_since "$start")"
  printf '%s\n' "$output" >&2
  printf 'setup: failed (exit status %d): %s\n' "$status" "$*" >&2
  exit 3
}

require_node() {
  local version
  if ! { command -v node && command -v npm; } >/dev/null; then
    give_up "Node $least_node or newer, with npm, is needed: https://nodejs.org/en/download"
  fi
  version=$(node --version)
  version=${version#v}
  [[ $(printf '%s\n' "$least_node" "$version" | sort -V | head -n 1) == "$least_node" ]] ||
    give_up "Node $least_node or newer is needed, here is $version: https://nodejs.org/en/download"
}

# Prints the packages whose command or file is not here, one a line.
missing_packages() {
  local need proof
  for need in "${host_needs[@]}"; do
    proof=${need#*=}
    if [[ $proof == /* ]]; then
      [[ -e $proof ]] || printf '%s\n' "${need%%=*}"
    else
      # mke2fs and ip are in folders that a user's PATH may lack.
      PATH=$PATH:/usr/sbin:/sbin command -v "$proof" >/dev/null || printf '%s\n' "${need%%=*}"
    fi
  done
}

install_packages() {
  local missing install
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  install=(apt-get install --no-install-recommends --yes "${missing[@]}")
  command -v apt-get >/dev/null ||
    give_up 'this is no Debian: install what these Debian packages hold, then start again' "  ${missing[*]}"
  can_be_root || give_up 'packages are missing, and neither root nor sudo is at hand. Run as root, then start again:' \
    '  apt-get update' "  ${install[*]}"
  step 'apt-get update' as_root apt-get -qq update
  step "install ${missing[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
    "${install[@]}" -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300
}

# hash_of FILE-OR-FOLDER...: one hash of all contents and names.
hash_of() {
  (cd "$project" && find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

# stamp_is NAME VALUE
stamp_is() {
  [[ -f $stamps/$1 && $(<"$stamps/$1") == "$2" ]]
}

# write_stamp NAME VALUE
write_stamp() {
  mkdir -p "$stamps"
  printf '%s\n' "$2" >"$stamps/$1"
}

install_npm_packages() {
  local hash
  hash=$(hash_of package-lock.json)-$(node --version)
  if ! stamp_is npm "$hash"; then
    # Without a stamp, npm's own record tells whether somebody installed by hand.
    if [[ -e $stamps/npm || ! -e $project/node_modules/.package-lock.json ||
      $project/package-lock.json -nt $project/node_modules/.package-lock.json ]]; then
      # No scripts: the only one of ours is the build, which comes next.
      step 'npm ci' npm --prefix "$project" ci --ignore-scripts --no-audit --no-fund
    fi
    write_stamp npm "$hash"
  fi
}

build() {
  local inputs hash cli=$project/dist/cli/vm.cjs
  inputs=(src package.json package-lock.json)
  mapfile -t -O "${#inputs[@]}" inputs < <(cd "$project" && compgen -G 'tsconfig*.json'; compgen -G 'rolldown.config.*')
  hash=$(hash_of "${inputs[@]}")
  # A CLI newer than the stamp was built by hand, from we do not know what.
  if stamp_is build "$hash" && [[ -e $cli && ! $cli -nt $stamps/build ]]; then return; fi
  step 'npm run build' npm --prefix "$project" run build
  [[ -e $cli ]] || give_up "npm run build made no $cli"
  write_stamp build "$hash"
}

# set_up: all steps; afterwards $guest is the folder of the guest.
set_up() {
  local start
  start=$(now)
  export npm_config_update_notifier=false
  require_node
  install_packages
  install_npm_packages
  build
  guest=$("$project/scripts/guest") || exit
  export guest
  printf 'setup: Node %s, Debian packages, npm packages, build and guest are ready (%s)\n' \
    "$(node --version)" "$(seconds_since "$start")"
}
