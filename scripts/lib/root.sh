# shellcheck shell=bash
# How the scripts become root: sourced, no effects of its own.

# can_be_root: whether as_root would work. sudo may ask for a password only where somebody sits at a terminal.
can_be_root() {
  ((EUID == 0)) && return
  command -v sudo >/dev/null || return
  sudo -n true 2>/dev/null || { [[ -t 0 && -t 2 ]] && sudo -v; }
}

# as_root COMMAND...
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}
