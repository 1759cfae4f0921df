"""Every package that an extra installs is listed with the licence that it states."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = ("0BSD", "BSD", "MIT", "Apache", "LGPL", "AGPL", "GPL", "MPL", "Python Software Foundation", "Proprietary")
SHOWN = {"Python Software Foundation": "PSF"}


def required():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {"core": project["dependencies"], **project["optional-dependencies"]}
    found = {}
    for extra, requirements in extras.items():
        for requirement in requirements if extra != "dev" else ():
            found.setdefault(re.match(r"[\w.-]+", requirement)[0], []).append(extra)
    return found


def listed():
    page = (ROOT / "docs" / "reference" / "licences.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)[1:]
    return {name: (re.findall(r"[\w-]+", extras), licence) for name, extras, licence in rows}


def stated(name):
    """Return what a package says of its licence, an empty text where it is not installed or says nothing."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [one for one in about.get_all("Classifier", []) if one.startswith("License")]
    return about["License-Expression"] or "; ".join(classifiers) or (about["License"] or "").split("\n")[0]


def test_every_package_of_every_extra_is_listed():
    assert {name: extras for name, (extras, _) in listed().items()} == required()


def test_the_licence_is_the_one_that_the_package_states():
    known = {name: [kind for kind in KINDS if kind in stated(name)] for name in required()}
    assert sum(map(bool, known.values())) >= 3  # click, PyYAML and rich in any case
    for name, kinds in known.items():
        shown = listed()[name][1]
        assert not kinds or any(SHOWN.get(kind, kind) in shown for kind in kinds), (name, stated(name), shown)
