# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by scripts/demo and scripts/test: installs dependencies and builds the package, only where
# needed.

set -euo pipefail

# With standard input closed, the next opened file would become file descriptor 0.
exec </dev/null

caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

build_packages=(build-essential cmake ninja-build pkg-config portaudio19-dev python3-dev python3-venv)
card_packages=(libasound2-plugins pulseaudio pulseaudio-utils)
test_packages=(doxygen jackd2 libgmock-dev libgtest-dev libsndfile1-dev)
cpython_packages=(libbz2-dev libffi-dev liblzma-dev libsqlite3-dev libssl-dev xz-utils zlib1g-dev)
windows_packages=(g++-mingw-w64-x86-64-posix googletest mingw-w64-tools wine wine64)

python=$root/build/venv/bin/python

# Prints a heading.
step() {
  printf '\n== %s\n' "$*"
}

# Runs a command with its output in build/logs/NAME.log, shown only when the command fails.
quietly() {
  local log=build/logs/$1.log
  shift
  mkdir -p build/logs
  "$@" >"$log" 2>&1 || {
    local status=$?
    cat "$log" >&2
    return "$status"
  }
}

# Installs the named Debian packages, if missing.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: if anything below is missing, install your system's equivalent of $*" >&2
    return
  fi
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    echo "Some Debian packages are missing, please run: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  step "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update apt-get -o DPkg::Lock::Timeout=300 update
  quietly apt-install apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${missing[@]}"
}

# Creates the private virtual environment, and recreates it when the requirements or the interpreter
# change.
make_venv() {
  local stamp
  stamp=$(python3 -c 'import sys; print(sys.version, sys.executable)'; sha256sum requirements/*.txt)
  [[ -f build/venv/stamp && $(<build/venv/stamp) == "$stamp" ]] && return
  step "Making the virtual environment build/venv"
  rm -rf build/venv
  python3 -m venv build/venv
  quietly pip-requirements "$python" -m pip install --requirement requirements/dev.txt
  printf '%s' "$stamp" >build/venv/stamp
}

# Builds the package incrementally and installs it into the virtual environment.
install_package() {
  step "Building and installing pyaudiopp"
  quietly pip-install "$python" -m pip install --no-build-isolation --no-deps --config-settings build-dir='build/wheel/{wheel_tag}' .
  "$python" -c 'import pyaudiopp; print("with", pyaudiopp.get_portaudio_version_text())'
}
