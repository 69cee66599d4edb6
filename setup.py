"""Metadata, packages and dependencies of the distribution; tool settings are in pyproject.toml.

A wheel also holds what a checkout makes at set-up or keeps beside the packages: the compiled English catalogue, what
browsers load, the database's revisions and the first deployment. So an installed program needs no checkout.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
FRONTEND = HERE / "web" / "frontend"
BUILT = HERE / "web" / "static" / "vendor" / ".installed"
# Folders of the checkout that an installed program finds in engine/data/shipped, and what of them it needs.
SHIPPED = {"alembic": ("*.py", "*.mako"), "workflows": ("*",), "forms": ("*.json",)}


class BuildProduct(build_py):
    """Builds the packages, and beside them everything that `make` makes for a checkout."""

    def run(self):
        if self.editable_mode:
            super().run()
            return
        shutil.rmtree(self.build_lib, ignore_errors=True)  # What an earlier build left there would go along.
        subprocess.run([sys.executable, "-m", "engine.translation.maintain", "compile"], cwd=HERE, check=True)
        if not _is_built():
            _build_frontend()
        self.data_files = self._get_data_files()  # They were listed before the files above were made.
        super().run()
        for folder, patterns in SHIPPED.items():
            _copy(HERE / folder, Path(self.build_lib) / "engine" / "data" / "shipped" / folder, patterns)


def _is_built():
    """Whether what browsers load is newer than all it is made of."""
    sources = [path for path in FRONTEND.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    sources += (HERE / "engine" / "translation").rglob("*.po")  # The editors' sentences are built into their script.
    return BUILT.exists() and BUILT.stat().st_mtime >= max(path.stat().st_mtime for path in sources)


def _build_frontend():
    """As `make pages`: npm fetches what is locked, and one script puts it together."""
    for command in (["npm", "ci", "--silent", "--ignore-scripts"], ["node", "build.mjs"]):
        try:
            subprocess.run(command, cwd=FRONTEND, check=True)  # noqa: S603 - the two commands above.
        except FileNotFoundError:
            sys.exit(f"{command[0]} is missing, and with it what browsers load; install Node.js 20 or newer.")
        except subprocess.CalledProcessError:
            sys.exit(f"{' '.join(command[:2])} failed in {FRONTEND}; what browsers load could not be fetched or built.")
    BUILT.touch()


def _copy(source, target, patterns):
    for pattern in patterns:
        for path in sorted(source.rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


setup(
    name="tongdai1022",
    version="0.2.0",
    description="Citizen hotline 1022: reports run through BPMN diagrams that analysts edit",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license_files=["NOTICE"],
    python_requires=">=3.11",
    cmdclass={"build_py": BuildProduct},
    packages=[
        "engine",
        "engine.answers",
        "engine.backup",
        "engine.benchmark",
        "engine.bpmn",
        "engine.bpmn.lint",
        "engine.briefings",
        "engine.cases",
        "engine.channels",
        "engine.chase",
        "engine.config",
        "engine.data",
        "engine.directives",
        "engine.dmn",
        "engine.documents",
        "engine.feel",
        "engine.feel.builtins",
        "engine.handbook",
        "engine.journal",
        "engine.live",
        "engine.mailing",
        "engine.matters",
        "engine.operations",
        "engine.pictures",
        "engine.privacy",
        "engine.process",
        "engine.province",
        "engine.push",
        "engine.records",
        "engine.registers",
        "engine.reorganisation",
        "engine.replay",
        "engine.scenarios",
        "engine.simulation",
        "engine.soundness",
        "engine.staff",
        "engine.statistics",
        "engine.store",
        "engine.store.models",
        "engine.studio",
        "engine.studio.diff",
        "engine.studio.importing",
        "engine.studio.merging",
        "engine.studio.playing",
        "engine.studio.telling",
        "engine.translation",
        "engine.translation.sentences",
        "engine.webhooks",
        "engine.world",
        "forms",
        "web",
        "web.api",
        "web.benchmark",
        "web.cli",
        "web.display",
        "web.http",
        "web.open311",
        "web.pages",
        "web.studio",
    ],
    package_data={
        "engine.data": ["*.csv", "*.md", "*.txt", "*.yaml", "provinces/*/*"],
        "engine.feel": ["*.lark"],
        "engine.translation": ["*/LC_MESSAGES/*"],
        "forms": ["*.json"],
        "web": ["help/topics.yaml", "help/*/*.md", "templates/**/*.html", "static/**/*"],
    },
    install_requires=[
        "SpiffWorkflow>=3.2,<3.3",
        "flask>=3.1,<4",
        "sqlalchemy>=2.1,<2.2",
        "aiosmtpd>=1.4.6,<2",
        "alembic>=1.20,<2",
        "apscheduler>=3.11,<4",
        "babel>=2.17,<3",
        "argon2-cffi>=25.1,<26",
        "authlib>=1.9,<2",
        "bootstrap-flask>=2.6,<3",
        "flask-babel>=4,<5",
        "flask-login>=0.6.3,<0.7",
        "flask-smorest>=0.47,<0.48",
        "flask-wtf>=1.3,<2",
        "fontpkg-be-vietnam-pro>=1.2,<2",
        "waitress>=3,<4",
        "marshmallow>=4.4,<5",
        "RestrictedPython>=9,<10",
        "click>=8.3,<9",
        "cryptography>=49",
        "docxtpl>=0.20.2,<0.21",
        "fpdf2>=2.8.9,<3",
        "holidays>=0.109,<1",
        "jinja2>=3.1,<4",
        "lark>=1.3.1,<2",
        "lxml>=6,<7",
        "markdown-it-py>=4.3,<5",
        "msgspec>=0.22,<1",
        "openpyxl>=3.1.5,<4",
        "phonenumbers>=9,<10",
        "pillow>=13,<14",
        "prometheus-client>=0.26,<1",
        "psycopg[binary]>=3.3,<4",
        "pyotp>=2.12,<3",
        "pyyaml>=6,<7",
        "rich>=15,<16",
        "requests>=2.32,<3",
        "segno>=1.6.6,<2",
        "structlog>=26.1,<27",
        "tzdata",
        "urllib3>=2.8,<3",
        "webauthn>=3,<4",
        "zxcvbn>=4.5,<5",
    ],
    extras_require={
        # Optional, because it is compiled against the system's libldap and libsasl2.
        "ldap": ["python-ldap>=3.4.5,<4"],
        "test": [
            "cyclonedx-bom>=7.5,<8",
            "georeport>=0.3.1,<0.4",
            "hypothesis>=6.170,<7",
            "mypy>=2.4,<3",
            "oidc-provider-mock>=0.3.4,<0.4",
            "playwright>=1.65,<2",
            "pypdf>=7.1,<8",
            "pytest>=9.2,<10",
            "pytest-cov>=7.1,<8",
            "pytest-randomly>=5,<6",
            "pytest-timeout>=2.4,<3",
            "pytest-xdist>=3.8,<4",
            "ruff>=0.17,<0.18",
            "rustxes>=0.2.11,<0.3",
            "schemathesis>=4.32,<5",
            "trustme>=1.2.1,<2",
            "types-PyYAML",
            "lxml-stubs",
        ],
    },
    entry_points={"console_scripts": ["tongdai = web.entry:main"]},
)
