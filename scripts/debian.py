# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Gets PortAudio's source and a bare Debian 12 for tests from Debian.

Both come from the mirror that this machine's apt uses. A Debian for arm64 is run by QEMU.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

# The sound card of `pyaudiopp.virtual_card` and Python: no compiler, no PortAudio.
BARE_PACKAGES = ("python3-venv", "pulseaudio", "pulseaudio-utils", "libasound2-plugins")

DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}
BINFMT = Path("/proc/sys/fs/binfmt_misc")


def apt_source() -> dict[str, str]:
    """The fields of this machine's apt source for Debian, such as URIs and Signed-By.

    Raises:
        RuntimeError: if apt has no Debian source.
    """
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for entry in path.read_text().split("\n\n"):
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(\S+)", entry, re.MULTILINE))
            if "security" in fields.get("URIs", "security"):
                continue
            if "debian-archive" in fields.get("Signed-By", ""):
                return fields
    raise RuntimeError("apt has no source for Debian on this machine")


def fetch_source(package: str, directory: Path) -> None:
    """Downloads the upstream source archive of a Debian sid package, without Debian's patches.

    Raises:
        RuntimeError: if apt has no Debian source.
        subprocess.CalledProcessError: if apt fails; its output is on the terminal.
    """
    apt_of_sid("deb-src", directory, "source", "--download-only", "--tar-only", package)


def fetch_packages(packages: Iterable[str], directory: Path) -> None:
    """Downloads packages of Debian sid, without what they depend on, and unpacks them.

    Raises:
        RuntimeError: if apt has no Debian source.
        subprocess.CalledProcessError: if apt fails; its output is on the terminal.
    """
    with tempfile.TemporaryDirectory() as temporary:
        apt_of_sid("deb", Path(temporary), "download", *packages)
        for package in Path(temporary).glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, directory], check=True)


def apt_of_sid(kind: str, directory: Path, *command: str) -> None:
    """Runs apt-get with separate package lists for sid; the machine's own are not touched."""
    entry = {**apt_source(), "Types": kind, "Suites": "sid", "Components": "main"}
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        parts, lists = Path(temporary, "parts"), Path(temporary, "lists")
        parts.mkdir()
        (lists / "partial").mkdir(parents=True)
        text = "".join(f"{name}: {value}\n" for name, value in entry.items())
        (parts / "sid.sources").write_text(text)
        settings = [f"Dir::Etc::SourceParts={parts}", "Dir::Etc::SourceList="]
        settings += [f"Dir::State::Lists={lists}", "Dir::Cache::pkgcache="]
        settings += ["Dir::Cache::srcpkgcache=", "APT::Sandbox::User="]
        apt = ["apt-get", "--quiet", *(f"--option={setting}" for setting in settings)]
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, *command], cwd=directory, check=True)


def emulate(machine: str) -> None:
    """Lets the kernel run another machine's programs by QEMU, in a chroot too, until it restarts.

    Installing Debian's package does it at once where an init system runs, as it does in few
    containers.

    Raises:
        RuntimeError: if QEMU is missing, or the kernel cannot.
    """
    entry = Path(f"/usr/lib/binfmt.d/qemu-{machine}.conf")
    if not entry.exists():
        raise RuntimeError(f"QEMU for {machine} is missing: apt install qemu-user-static")
    try:
        if not (BINFMT / "register").exists():
            command = ["mount", "-t", "binfmt_misc", "binfmt_misc", str(BINFMT)]
            subprocess.run(command, check=True)
        if not (BINFMT / entry.stem).exists():
            (BINFMT / "register").write_text(entry.read_text().strip())
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"the kernel cannot run programs for {machine}: {error}") from error


class BareDebian:
    """A minimal Debian 12, fresh for each use; needs root and debootstrap.

    Args:
        cache: where to keep an archive of the system for the next use.
        machine: the processor, as in `uname -m`; QEMU runs what this machine cannot.

    Raises:
        RuntimeError: without root, debootstrap or QEMU, or if apt has no Debian source.
        subprocess.CalledProcessError: if debootstrap fails.
    """

    def __init__(self, cache: Path, machine: str = platform.machine()) -> None:
        if os.geteuid() != 0:
            raise RuntimeError("only root can create a bare Debian")
        if shutil.which("debootstrap") is None:
            raise RuntimeError("debootstrap is missing: apt install debootstrap")
        if machine != platform.machine():
            emulate(machine)
        self._arch = DEBIAN_NAMES[machine]
        self._archive = cache / f"bookworm-{self._arch}.tar"
        if not self._archive.exists():
            cache.mkdir(parents=True, exist_ok=True)
            self._make()
        self._directory = tempfile.TemporaryDirectory(prefix="bare-debian-")
        self.root = Path(self._directory.name)
        subprocess.run(["tar", "-C", self.root, "-xf", self._archive], check=True)

    def __enter__(self) -> BareDebian:
        return self

    def __exit__(self, *exception: object) -> None:
        self._directory.cleanup()

    def run(self, *command: str) -> None:
        """Runs a command in it, with /proc and /dev; its child processes end with it.

        It shares no memory with this machine's programs, whose processor may be another.

        Raises:
            subprocess.CalledProcessError: if it fails.
        """
        mounts = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"'
        mounts += ' && mount -t tmpfs tmpfs "$0/dev/shm"'
        clean = "HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin"
        enter = f'{mounts} && exec chroot "$0" /usr/bin/env -i {clean} "$@"'
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        subprocess.run([*unshare, "sh", "-c", enter, str(self.root), *command], check=True)

    def _make(self) -> None:
        with tempfile.TemporaryDirectory(prefix="bare-debian-") as root:
            print(f"creating a bare Debian 12 for {self._arch}", flush=True)
            packages = f"--include={','.join(BARE_PACKAGES)}"
            system = ["--variant=minbase", f"--arch={self._arch}", packages, "bookworm", root]
            command = ["debootstrap", *system]
            subprocess.run([*command, apt_source()["URIs"]], stdout=subprocess.DEVNULL, check=True)
            part = self._archive.with_suffix(".part")
            subprocess.run(["tar", "-C", root, "-cf", part, "."], check=True)
            part.rename(self._archive)
