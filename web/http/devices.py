"""Names the browser and the system of a request in words that its person recognises, such as "Firefox, Windows".

Only these words are kept: the full text of a browser tells apart more people than a list of sessions needs.
"""

from __future__ import annotations

# In this order: most browsers also name those that they resemble.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "CocCoc"), ("SamsungBrowser", "Samsung Internet")),
    *(("Zalo", "Zalo"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome")),
    ("Safari", "Safari"),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def device_words(user_agent: str) -> str:
    """The browser and the system of a User-Agent header, as far as they are known; "" when neither is."""
    names = (_first_named(user_agent, table) for table in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in names if name)


def _first_named(user_agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in table if mark in user_agent), "")
