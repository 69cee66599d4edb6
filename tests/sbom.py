"""The software bill of materials, as `make sbom` writes it: CycloneDX 1.6 of all that the running program is made of.

Python packages are those of constraints.txt as installed here, each with the hashes of its files for every Python and
machine; what browsers load is read from npm's lock. Licences are those that packages state, as SPDX identifiers where
their words mean one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import DisjunctiveLicense, License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from tests.paths import ROOT

CONSTRAINTS = {name: ROOT / f"constraints{name and '-'}{name}.txt" for name in ("", "test", "node")}
NPM_LOCK = ROOT / "web" / "frontend" / "package-lock.json"
BPMN_IO = "bpmn.io licence (MIT with watermark)"
# What packages say that is no SPDX identifier, and which one is meant.
SPDX_OF_WORDS: Mapping[str, str] = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Zope Public License": "ZPL-2.1",
    "BSD-0-Clause": "0BSD",
    "SEE LICENSE IN LICENSE": BPMN_IO,
    "(MPL-2.0 OR Apache-2.0)": "MPL-2.0 OR Apache-2.0",
}
VAGUE_WORDS = {"License :: OSI Approved", "License :: DFSG approved"}  # Beside the licence itself.
# Packages whose metadata are silent; their licence stands in the file that they bring.
SPDX_OF_SILENT: Mapping[str, str] = {
    "cli-table": "MIT",
    "component-props": "MIT",
    "rustxes": "MIT OR Apache-2.0",
}
_licences = LicenseFactory()


def locked_hashes(constraints: str = "") -> dict[str, tuple[str, ...]]:
    """The SHA-256 hashes of all files of each package in a list of constraints, by "name==version"."""
    text = CONSTRAINTS[constraints].read_text(encoding="utf-8").replace("\\\n", " ")
    return {line.split()[0]: tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", line)) for line in text.splitlines()}


def installed_packages() -> Bom:
    """The Python packages of the running environment with their licences and what each needs."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate", sys.executable]
    done = subprocess.run(command, capture_output=True, check=True)
    bom: Bom = Bom.from_json(json.loads(done.stdout))  # type: ignore[attr-defined]
    for component in bom.components:
        component.external_references = []  # Addresses of home pages say nothing here, and checking them is slow.
        component.licenses = stated_licences(component.name, [words_of(licence) for licence in component.licenses])
    return bom


def words_of(licence: License) -> str:
    if isinstance(licence, DisjunctiveLicense):
        return str(licence.id or licence.name)
    return str(licence.value)


def stated_licences(name: str, words: list[str]) -> list[License]:
    """A package's licences from its own words; empty where neither it nor we know."""
    identifiers = {SPDX_OF_WORDS.get(word, word) for word in words if word and word not in VAGUE_WORDS}
    if not identifiers and name in SPDX_OF_SILENT:
        identifiers = {SPDX_OF_SILENT[name]}
    # The schema allows one expression and nothing beside it.
    joined = " OR ".join(sorted(identifiers))
    return [_licences.make_from_string(joined)] if joined else []


def npm_packages(*, dev: bool = False) -> Iterator[Component]:
    """The packages of npm's lock that browsers load; with `dev` also those that only build and test use."""
    for path, entry in json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"].items():
        if path and (dev or not entry.get("dev")):
            group, _, name = path.rpartition("node_modules/")[2].rpartition("/")
            purl = PackageURL("npm", group or None, name, entry["version"])
            yield Component(
                name=name,
                group=group or None,
                version=entry["version"],
                purl=purl,
                bom_ref=str(purl),
                hashes=[_npm_hash(entry["integrity"])],
                licenses=stated_licences(name, [entry.get("license", "")]),
            )


def _npm_hash(integrity: str) -> HashType:
    """npm's "sha512-" and base64 as CycloneDX's hexadecimal digits."""
    _, _, digits = integrity.partition("sha512-")
    return HashType(alg=HashAlgorithm.SHA_512, content=b64decode(digits).hex())


def bill_of_materials() -> Bom:
    """Everything that the running program is made of, and what needs what."""
    installed, hashes = installed_packages(), locked_hashes()
    locked = {canonicalize_name(entry.split("==")[0]): entry for entry in hashes}
    bom = Bom(components=npm_packages())
    for component in installed.components:
        if component.name == "tongdai1022":
            bom.metadata.component, component.type = component, ComponentType.APPLICATION
        elif entry := locked.get(canonicalize_name(component.name)):
            component.hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in hashes[entry]]
            bom.components.add(component)
    kept = {component.bom_ref for component in (*bom.components, bom.metadata.component) if component}
    for dependency in installed.dependencies:
        if dependency.ref in kept:
            needs = [Dependency(need.ref) for need in dependency.dependencies if need.ref in kept]
            bom.dependencies.add(Dependency(dependency.ref, needs))
    return bom


def validated_json(bom: Bom) -> str:
    """The bill as text; raises ValueError when the schema of CycloneDX does not accept it."""
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    # Loading it takes longer than most tests, and every process of a test run would.
    validation = import_module("cyclonedx.validation.json")
    complaint = validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if complaint is not None:
        raise ValueError(complaint)
    return text


def main(target: Path) -> None:
    """Write the bill and say how much it names."""
    bom: Any = bill_of_materials()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(validated_json(bom), encoding="utf-8")
    print(f"{target}: {len(bom.components)} components")  # noqa: T201 - A command of the developers.


if __name__ == "__main__":
    main(Path(sys.argv[1]))
