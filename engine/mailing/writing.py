"""Builds the context for composing mails from the settings and the world."""

from __future__ import annotations

from engine.config.environment import Settings
from engine.mailing import unsubscribe
from engine.mailing.facts import PageLinks
from engine.mailing.letters import MailContext
from engine.world.world import World


def build_mail_context(settings: Settings, key: bytes, world: World) -> MailContext:
    """The context for composing mails in this installation; `key` comes from `engine.config.secret_key`."""
    links = PageLinks(settings.site, "en" if settings.language == "en" else "vi")
    return MailContext(
        world=world,
        pages=links,
        sender=settings.mail_from,
        unsubscribe=lambda person_id: f"{links.site}/mails/{unsubscribe.make_token(key, person_id)}",
        secret=key,
    )
