"""What writing mails needs, from the settings and the world. For the worker and the pages that show mails."""

from __future__ import annotations

from engine.config.environment import Settings
from engine.mailing import unsubscribe
from engine.mailing.facts import Pages
from engine.mailing.letters import Writing
from engine.world.world import World


def writing_for(settings: Settings, key: bytes, world: World) -> Writing:
    """How mails are written in this installation; `key` is `engine.config.secret_key`'s."""
    pages = Pages(settings.site, "en" if settings.language == "en" else "vi")
    return Writing(
        world=world,
        pages=pages,
        sender=settings.mail_from,
        unsubscribe=lambda person: f"{pages.site}/mails/{unsubscribe.token(key, person)}",
    )
