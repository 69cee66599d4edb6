"""What is installed is what the lists name: versions, hashes of all files, licences, a bill of materials."""

from __future__ import annotations

import json
import re
from importlib.metadata import requires

import pytest
from cyclonedx.model.bom import Bom
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests import sbom
from tests.paths import ROOT

ALLOWED_LICENCES = {
    "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-2.1-only",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0",
    "Unlicense", "ZPL-2.1", "Zlib", sbom.BPMN_IO,
}  # fmt: skip
ELSEWHERE = {"colorama"}  # Needed on another system than this.
LISTS = tuple(sbom.CONSTRAINTS)


def locked_versions(*lists: str) -> dict[NormalizedName, str]:
    """The locked version of each package."""
    entries = [entry.split("==") for name in lists for entry in sbom.locked_hashes(name)]
    return {canonicalize_name(name): version for name, version in entries}


def needs(extra: str = "") -> list[Requirement]:
    """What setup.py asks for itself, or in addition for an extra."""
    stated = [Requirement(line) for line in requires("tongdai1022") or ()]
    if not extra:
        return [need for need in stated if need.marker is None]
    return [need for need in stated if need.marker is not None and need.marker.evaluate({"extra": extra})]


@pytest.mark.parametrize("name", LISTS)
def test_every_package_has_one_version_and_hashes(name: str) -> None:
    for entry, hashes in sbom.locked_hashes(name).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9A-Za-z.+]*", entry)
        assert hashes, entry


@pytest.mark.parametrize("name", LISTS)
def test_no_registry_stands_in_a_list(name: str) -> None:
    text = sbom.CONSTRAINTS[name].read_text(encoding="utf-8")
    assert "/" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)


def test_compiled_packages_are_locked_for_every_python_and_machine() -> None:
    # At least Python 3.11 to 3.14, each for two processors, and the source.
    for entry, hashes in sbom.locked_hashes().items():
        if entry.startswith(("lxml==", "markupsafe==", "psycopg-binary==", "cffi==")):
            assert len(hashes) > 4 * 2, entry


@pytest.mark.parametrize(("extra", "lists"), [("", ("",)), ("test", ("", "test"))])
def test_the_lists_hold_what_setup_asks_for_at_a_version_that_it_allows(extra: str, lists: tuple[str, ...]) -> None:
    locked = locked_versions(*lists)
    for need in needs(extra):
        assert need.specifier.contains(locked[canonicalize_name(need.name)]), need


def test_packages_of_the_tests_are_not_installed_with_the_program() -> None:
    tests = {canonicalize_name(need.name) for need in needs("test")} - {canonicalize_name(n.name) for n in needs()}
    assert tests
    assert tests & set(locked_versions("")) == set()
    assert set(locked_versions("")) & set(locked_versions("test")) == set()


def test_set_up_and_image_take_nothing_without_a_hash() -> None:
    for path in (ROOT / "Makefile", ROOT / "docs" / "deploy" / "Containerfile"):
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        steps = re.split(r"&&|;|\n", re.sub(r"\nconstraints:.*?\n\n", "\n", text, flags=re.DOTALL))
        installs = [step for step in steps if re.search(r"(pip|PIP\)) (install|wheel)\b", step)]
        assert installs
        for step in installs:
            # Without its needs the program itself is installed; an image installs what its first stage has checked.
            assert re.search(r"--require-hashes|--no-deps|--no-index", step), step


def test_every_package_of_browsers_has_a_hash() -> None:
    packages = json.loads(sbom.NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 100
    for path, entry in packages.items():
        assert path == "" or entry["integrity"].startswith("sha512-"), path


@pytest.mark.slow
def test_the_bill_of_materials_names_every_package_and_keeps_to_its_schema() -> None:
    document = json.loads(sbom.validated_json(sbom.bill_of_materials()))
    versions = {canonicalize_name(part["name"]): part["version"] for part in document["components"]}
    locked = {name: version for name, version in locked_versions("").items() if name not in ELSEWHERE}
    assert {name: Version(versions[name]) for name in locked} == {name: Version(locked[name]) for name in locked}
    assert "bpmn-js" in versions
    assert {"pytest", "axe-core", "esbuild"} & set(versions) == set()
    assert all(component["hashes"] for component in document["components"])
    assert document["metadata"]["component"]["name"] == "tongdai1022"


@pytest.mark.slow
def test_a_bill_that_breaks_the_schema_is_refused() -> None:
    broken = Bom()
    broken.metadata.component = None
    broken.version = -1
    with pytest.raises(ValueError, match="minimum"):
        sbom.validated_json(broken)


@pytest.mark.slow
def test_every_licence_of_every_package_is_on_the_list() -> None:
    components = [*sbom.installed_packages().components, *sbom.npm_packages(dev=True)]
    licences = {canonicalize_name(component.name): component.licenses for component in components}
    names = {canonicalize_name(package.name) for package in sbom.npm_packages(dev=True)}
    names |= set(locked_versions("", "test")) - ELSEWHERE
    assert len(names) > 200
    for name in names:
        (licence,) = licences[name]
        parts = re.split(r" (?:AND|OR) ", sbom.words_of(licence))
        assert set(parts) <= ALLOWED_LICENCES, f"{name}: {parts}"
