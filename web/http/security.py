"""Hardens every response against attacks: cookies, limits, security headers."""

from __future__ import annotations

from flask import Flask, Response, request

from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from web.http import downloads

MOST_BYTES = 32 * 1024 * 1024  # Several phone photos at once.
CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allow_own_frames(response: Response) -> Response:
    """Let pages of this site show a response in a frame; those of others never can."""
    policy = {**CONTENT_POLICY, "frame-ancestors": "'self'"}
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def harden_app(app: Flask, settings: Settings) -> None:
    """Set cookie options, limits and response headers."""
    secure = settings.proxies > 0
    app.config.update(
        SECRET_KEY=signing_key(settings),
        # The prefix binds the cookie to this host and to HTTPS: no neighbouring host can set or shadow it.
        SESSION_COOKIE_NAME="__Host-tongdai" if secure else "tongdai",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # As long as the session, which expires by itself.
        WTF_CSRF_SSL_STRICT=False,  # The session cookie's SameSite and the token suffice behind any proxy.
    )
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "application/json":  # For scripts of ours; whoever opens it gets a file (ASVS 14.4.2).
        downloads.send_as_file(response, "answer.json")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
