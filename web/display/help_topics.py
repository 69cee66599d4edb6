"""The guide: which topics there are, for which roles and pages, and in which of their sections something is said.

Topics are Markdown files in web/help, one for each language; topics.yaml has their order, roles and pages.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import yaml

from engine.text import strip_diacritics
from engine.translation.catalogue import Language
from web.display import help_words
from web.display.help_text import HelpSection, HelpText, render_help

GUIDE = Path(__file__).resolve().parent.parent / "help"
PICTURES = GUIDE.parent / "static" / "help"
MOST_HITS = 12
TITLE_WEIGHT, OWN_WEIGHT = 3.0, 1.5
# Words of at least this many letters also find their longer forms: "photo" finds "photos".
SHORTEST_STEM = 4
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """A topic: its key, the roles that need it ("" for all officers), and the pages it explains.

    A page is an endpoint, or the name of a blueprint for all its pages that no topic names.
    """

    key: str
    roles: tuple[str, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpHit:
    """A section that answers a question, and its topic."""

    topic: str
    title: str
    section: HelpSection


@cache
def list_topics() -> tuple[HelpTopic, ...]:
    """All topics in their order."""
    rows = yaml.safe_load((GUIDE / "topics.yaml").read_text("utf-8"))
    return tuple(HelpTopic(row["topic"], tuple(row["roles"]), tuple(row.get("pages", ()))) for row in rows)


def topics_for(roles: Iterable[str]) -> list[HelpTopic]:
    """The topics of an officer with these roles, in order: a citizen has the role "citizen"."""
    held = set(roles) | ({""} if set(roles) - {"citizen"} else set())
    return [topic for topic in list_topics() if held & set(topic.roles)]


def topic_of_page(endpoint: str, roles: Iterable[str]) -> str | None:
    """The topic that explains a page to somebody with these roles: one for the page rather than for its blueprint."""
    held = {topic.key for topic in topics_for(roles)}
    blueprint = endpoint.partition(".")[0]
    for page in (endpoint, blueprint):
        explaining = [topic.key for topic in list_topics() if page in topic.pages]
        if explaining:
            return next((key for key in explaining if key in held), explaining[0])
    return None


def load_topic(key: str, language: Language) -> HelpText | None:
    """A topic in a language; None for one that does not exist."""
    return _load_guide(language).get(key)


@cache
def _load_guide(language: Language) -> dict[str, HelpText]:
    caption = partial(help_words.caption_in, language)
    address = partial(picture_address, language)
    sources = {topic.key: (GUIDE / language / f"{topic.key}.md").read_text("utf-8") for topic in list_topics()}
    return {key: render_help(source, caption, address) for key, source in sources.items()}


def picture_address(language: Language, name: str) -> str:
    """Where a picture of the guide is; "" where it has not been taken."""
    return f"/static/help/{language}/{name}" if (PICTURES / language / name).is_file() else ""


def search_help(question: str, language: Language, roles: Iterable[str]) -> list[HelpHit]:
    """The sections that say most of what is asked, best first; with or without diacritics, own topics before others.

    Rare words count more than frequent ones, two words in their order more than both alone, headings more than text.
    """
    asked = _features(question)
    index = _index(language)
    often = Counter(feature for _hit, features in index for feature in features)
    own = {topic.key for topic in topics_for(roles)}
    scored = [
        (_score(asked, features, often, len(index)) * (OWN_WEIGHT if hit.topic in own else 1.0), place, hit)
        for place, (hit, features) in enumerate(index)
    ]
    best = max((score for score, _place, _hit in scored), default=0.0)
    ranked = sorted((-score, place, hit) for score, place, hit in scored if score and score >= best / 3)
    return [hit for _score, _place, hit in ranked[:MOST_HITS]]


@cache
def _index(language: Language) -> list[tuple[HelpHit, dict[str, float]]]:
    """Each section with its words and pairs of words, and how much each counts."""
    index = []
    for key, text in _load_guide(language).items():
        opening = HelpSection("", text.title, text.lead)
        for section in (opening, *text.sections):
            features = dict.fromkeys(_features(section.text), 1.0)
            features |= dict.fromkeys(_features(section.title), TITLE_WEIGHT)
            index.append((HelpHit(key, text.title, section), features))
    return index


def _features(text: str) -> list[str]:
    words = _WORD.findall(strip_diacritics(text))
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _score(asked: Iterable[str], features: dict[str, float], often: Counter[str], sections: int) -> float:
    return sum(_weight(feature, features) * math.log(1 + sections / (1 + often[feature])) for feature in set(asked))


def _weight(feature: str, features: dict[str, float]) -> float:
    if feature in features or len(feature) < SHORTEST_STEM:
        return features.get(feature, 0.0)
    return max((weight for word, weight in features.items() if word.startswith(feature)), default=0.0) / 2
