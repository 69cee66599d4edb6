"""Sentences about messages that citizens send through other channels."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.catalogue import N_

SENTENCES: Mapping[str, str] = {
    "conversation-closed": N_("Người khác đã lập phản ánh từ tin này hoặc đã bỏ qua."),
    "conversation-unknown": N_("Không có tin này trong số tin chờ hoàn thiện."),
    "delivery-not-json": N_("Nội dung gửi đến phải là JSON với kiểu application/json."),
    "delivery-not-signed": N_("Chữ ký của lần gửi này không đúng."),
    "delivery-parts": N_("JSON phải có id, from, text, có thể có subject, position, đều là văn bản. Tên: {known}."),
    "delivery-too-old": N_("Lần gửi này được ký quá năm phút trước hoặc sau giờ của máy chủ."),
    "message-channel-unknown": N_("Không có kênh này."),
    "message-part-length": N_("Phần {name} phải có nội dung và không quá {most} ký tự."),
}
