# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Gets PortAudio's source and a bare Debian 12 for tests from Debian.

Both come from the mirror that this machine's apt uses.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

# The sound card of `pyaudiopp.virtual_card` and Python: no compiler, no PortAudio.
BARE_PACKAGES = ("python3-venv", "pulseaudio", "pulseaudio-utils", "libasound2-plugins")


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

    Uses separate package lists for sid; the machine's own lists are not touched.

    Raises:
        RuntimeError: if apt has no Debian source.
        subprocess.CalledProcessError: if apt fails; its output is on the terminal.
    """
    entry = {**apt_source(), "Types": "deb-src", "Suites": "sid", "Components": "main"}
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
        source = ["source", "--download-only", "--tar-only", package]
        subprocess.run([*apt, *source], cwd=directory, check=True)


class BareDebian:
    """A minimal Debian 12, fresh for each use; needs root and debootstrap.

    Args:
        cache: where to keep an archive of the system for the next use.

    Raises:
        RuntimeError: without root, or if apt has no Debian source.
        subprocess.CalledProcessError: if debootstrap fails.
    """

    def __init__(self, cache: Path) -> None:
        if os.geteuid() != 0:
            raise RuntimeError("only root can create a bare Debian")
        self._archive = cache / "bookworm.tar"
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

        Raises:
            subprocess.CalledProcessError: if it fails.
        """
        mounts = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"'
        clean = "HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin"
        enter = f'{mounts} && exec chroot "$0" /usr/bin/env -i {clean} "$@"'
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        subprocess.run([*unshare, "sh", "-c", enter, str(self.root), *command], check=True)

    def _make(self) -> None:
        with tempfile.TemporaryDirectory(prefix="bare-debian-") as root:
            print("creating a bare Debian 12", flush=True)
            packages = f"--include={','.join(BARE_PACKAGES)}"
            command = ["debootstrap", "--variant=minbase", packages, "bookworm", root]
            subprocess.run([*command, apt_source()["URIs"]], stdout=subprocess.DEVNULL, check=True)
            part = self._archive.with_suffix(".part")
            subprocess.run(["tar", "-C", root, "-cf", part, "."], check=True)
            part.rename(self._archive)
