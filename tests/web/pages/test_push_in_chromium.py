"""The page of one's account switches notices for closed pages on and off in Chromium; the service is a stand-in."""

from __future__ import annotations

import json
from dataclasses import replace

from playwright.sync_api import expect
from sqlalchemy import func, select

from engine.store.models import PushSubscription
from tests.kit.chromium import Desk, serious
from tests.kit.push_service import HOST, PushedBrowser
from tests.kit.site import OPERATOR

# What a browser asks its maker's service for, and its reader for leave, is answered at once.
STAND_IN = """
const made = %s;
const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
const bytes = (text) => Uint8Array.from(plain(text), (sign) => sign.charCodeAt(0));
const keys = { p256dh: bytes(made.point).buffer, auth: bytes(made.secret).buffer };
PushManager.prototype.subscribe = async () => ({ endpoint: made.endpoint, getKey: (name) => keys[name] });
Notification.requestPermission = async () => "granted";
"""


def test_an_officer_switches_notices_for_closed_pages_on_and_off(desk: Desk) -> None:
    desk.site.app.settings = replace(desk.site.app.settings, push_hosts=(HOST,))
    page = desk.visit(OPERATOR)
    page.context.add_init_script(STAND_IN % json.dumps(PushedBrowser().form))
    page.goto("/account")
    assert serious(page) == []
    page.get_by_role("button", name="Báo việc khẩn khi đã đóng trang").click()
    stop = page.get_by_role("button", name="Ngừng báo khi đã đóng trang")
    expect(stop).to_have_attribute("aria-pressed", "true")
    counted = select(func.count()).select_from(PushSubscription)
    assert desk.site.read(counted)[0][0] == 1
    page.reload()
    stop.click()
    expect(page.get_by_role("button", name="Báo việc khẩn khi đã đóng trang")).to_be_visible()
    assert desk.site.read(counted)[0][0] == 0
