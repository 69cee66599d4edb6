"""The guide: how to do things on the pages, by role and page, for officers and citizens."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from web.display import help_topics
from web.display.help_text import HelpText
from web.http.request import current_language, current_officer, current_world, public_page

blueprint = Blueprint("guide", __name__)

CITIZEN = "citizen"


@blueprint.get("/help")
@public_page
def show_guide() -> ResponseReturnValue:
    """Show all topics, those of the reader's roles first, or the sections that answer a question."""
    question = request.args.get("q", "")[:200].strip()
    hits = help_topics.search_help(question, current_language(), _own_roles())
    return render_template("help.html", question=question, hits=hits, **_contents(""))


@blueprint.get("/help/<topic>")
@public_page
def show_help(topic: str) -> ResponseReturnValue:
    """Show a topic."""
    text = _load_own(topic)
    if text is None:
        abort(404)
    return render_template("help_topic.html", text=text, **_contents(topic))


def _load_own(topic: str) -> HelpText | None:
    """A topic with the People's Committee called as in this province."""
    text, words = help_topics.load_topic(topic, current_language()), current_world().province.own_words
    if text is None:
        return None
    return replace(text, title=words(text.title), lead=words(text.lead), html=Markup(words(text.html)))  # noqa: S704


def _contents(here: str) -> dict[str, object]:
    """The topics of the reader and all others, as (topic, text) in order."""
    own = help_topics.topics_for(_own_roles())
    texts = {topic.key: _load_own(topic.key) for topic in help_topics.list_topics()}
    others = [topic for topic in help_topics.list_topics() if topic not in own]
    return {
        "here": here,
        "own": [(topic, texts[topic.key]) for topic in own],
        "others": [(topic, texts[topic.key]) for topic in others],
    }


def _own_roles() -> set[str]:
    return {role for _unit, role in current_officer().roles} if "officer" in g else {CITIZEN}


def help_link() -> str:
    """The address of the topic that explains the page of this request, or of the whole guide."""
    topic = help_topics.topic_of_page(request.endpoint or "", _own_roles())
    return url_for("guide.show_help", topic=topic) if topic else url_for("guide.show_guide")
