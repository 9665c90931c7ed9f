"""What one sees on the page, asked of a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page

BLANK = "\u202f"
OVERLAPS = """() => {
    // A text's box has room above and below its letters; lines of one label may share that, letters may not.
    const found = [], part = 0.15;
    const boxes = [...document.querySelectorAll('.above text')].filter((t) => t.textContent.trim()).map((t) => {
        const b = t.getBoundingClientRect(), lines = Math.max(1, t.querySelectorAll('tspan').length);
        const off = part * Math.min(b.width, b.height / lines);
        return [t.textContent.trim(), b.left + off, b.top + off, b.right - off, b.bottom - off];
    }).filter(([, left, , right]) => right > left);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        if (a[1] < b[3] && b[1] < a[3] && a[2] < b[4] && b[2] < a[4]) found.push(`${a[0]} / ${b[0]}`);
    }
    return [boxes.length, found];
}"""


def overlapping(page: Page) -> tuple[int, list[str]]:
    """Return how many labels are written on the drawing, and which of them share any area on the screen."""
    count, found = page.evaluate(OVERLAPS)
    return count, found


def until(page: Page, expression: str, *, within_ms: int = 30_000) -> None:
    """Wait until an expression is true; the page's own policy forbids what `wait_for_function` does to it."""
    for _ in range(within_ms // 40):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(40)
    raise AssertionError(f"not within {within_ms} ms: {expression}")


def ready(page: Page, *, with_run: bool = True) -> None:
    """Wait until the drawing stands and, with a run, its hour is written."""
    page.wait_for_selector(".above text", state="attached", timeout=30_000)
    if with_run:
        until(page, "(document.querySelector('[data-figure=green_share]')?.textContent ?? '–').trim() !== '–'")


def figure(page: Page, name: str) -> float:
    """Return a figure of the time bar as it is written, without unit."""
    return number_in(page.locator(f"[data-figure={name}]").inner_text())


def reading(page: Page, name: str) -> float:
    """Return a figure of the panel as it is written, without unit."""
    return number_in(page.locator(f'[data-reading="{name}"] b').inner_text())


def number_in(text: str) -> float:
    found = re.search(r"[−-]?[\d\u202f]*\.?\d+", text.replace("\u202f", ""))
    assert found, text
    return float(found[0].replace("−", "-"))


def hour_shown(page: Page) -> str:
    """Return the local time that the time bar says, such as 2025-03-03 18:00."""
    day = page.locator(".when span").inner_text().split()[0]
    return f"{day} {page.locator('.when b').inner_text()}"
