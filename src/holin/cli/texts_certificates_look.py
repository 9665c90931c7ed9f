"""What `holin certificates show` and `history` print of sources and in narrow windows, in both languages."""

from __future__ import annotations

TEXTS_CERTIFICATES_LOOK: dict[str, tuple[str, str]] = {
    "certificates.source.wind": ("wind", "风电"),
    "certificates.source.solar": ("solar", "光伏"),
    "certificates.source.storage": ("storage", "储能"),
    "certificates.minutes": ("{count} min", "{count} 分钟"),
    "certificates.narrow": (
        "Left out, the window being narrow: {columns}; in a wider one and in --json",
        "窗口较窄，已略去：{columns}；见更宽的窗口或 --json",
    ),
    "certificates.entry_kind": ("what the entry does", "账目类别"),
}
