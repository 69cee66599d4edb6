"""Metadata, packages and dependencies of the distribution; tool settings are in pyproject.toml."""

from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent

setup(
    name="tongdai1022",
    version="0.1.0",
    description="Citizen hotline 1022: reports run through BPMN diagrams that analysts edit",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    python_requires=">=3.11",
    packages=[
        "engine",
        "engine.bpmn",
        "engine.bpmn.lint",
        "engine.benchmark",
        "engine.data",
        "forms",
        "web",
        "web.cli",
    ],
    package_data={"engine.data": ["*.csv", "*.md", "*.yaml"], "forms": ["*.json"]},
    install_requires=[
        "SpiffWorkflow>=3.2,<3.3",
        "flask>=3.1,<4",
        "sqlalchemy>=2.1,<2.2",
        "alembic>=1.20,<2",
        "apscheduler>=3.11,<4",
        "marshmallow>=4.4,<5",
        "RestrictedPython>=9,<10",
        "click>=8.3,<9",
        "holidays>=0.109,<1",
        "jinja2>=3.1,<4",
        "lxml>=6,<7",
        "msgspec>=0.22,<1",
        "phonenumbers>=9,<10",
        "psycopg[binary]>=3.3,<4",
        "pyyaml>=6,<7",
        "rich>=15,<16",
        "tzdata",
    ],
    extras_require={
        "test": [
            "hypothesis>=6.170,<7",
            "mypy>=2.4,<3",
            "pytest>=9.2,<10",
            "pytest-randomly>=5,<6",
            "pytest-timeout>=2.4,<3",
            "pytest-xdist>=3.8,<4",
            "ruff>=0.17,<0.18",
            "types-PyYAML",
            "lxml-stubs",
        ],
    },
    entry_points={"console_scripts": ["tongdai = web.cli:main"]},
)
