# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The documentation site, which `nox -s docs` builds.

The sources are the Markdown files where they lie, so that their links work here as on a forge.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

import pyaudiopp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))

logger = logging.getLogger(__name__)

project = "pyaudiopp"
author = "The pyaudiopp authors"
project_copyright = f"2026, {author}"
version = release = pyaudiopp.__version__

extensions = [
    "breathe",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "site_links",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/reference/*.rst",
    "benchmarks/README.md",
    "benchmarks/results/figures.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]
exclude_patterns = ["build", ".*", "**/__pycache__"]

html_theme = "furo"
html_title = f"pyaudiopp {release}"
html_extra_path = ["site"]  # the way from the site's top to docs/index.html
html_copy_source = False
html_show_sphinx = False

toc_object_entries_show_parents = "hide"
myst_heading_anchors = 4

# Sphinx takes the built-in `type` for one of the attributes of that name.
suppress_warnings = ["ref.python"]

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
default_role = "code"  # as the docstrings mean it

nitpicky = True
# Nothing is fetched while building, so what is Python's and C++'s own is not linked.
nitpick_ignore_regex = [
    ("py:.*", r"(?!pyaudiopp)\w+\..*"),
    ("py:class", "Buffer|NDArray"),
    ("cpp:identifier", r"std(::.*)?|audiopp|play_nice|.*<[ET]>(::value)?"),
]

breathe_projects = {"audiopp": str(ROOT / "build/docs/doxygen/xml")}
breathe_default_project = "audiopp"
breathe_default_members = ("members", "undoc-members")
cpp_index_common_prefix = ["audiopp::"]


def run_doxygen(app: Sphinx) -> None:
    """Reads the C++ headers, for breathe."""
    (ROOT / "build/docs/doxygen").mkdir(parents=True, exist_ok=True)
    if subprocess.run(["doxygen", "docs/Doxyfile"], cwd=ROOT, check=False).returncode != 0:
        logger.warning("doxygen has complained")


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", run_doxygen, priority=100)  # before breathe looks
