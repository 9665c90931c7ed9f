"""The page's own files, as the front-end build wrote them; without a build a plain page that says how to make one."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response

from holin.web.problems import HttpProblem

BUNDLE = Path(__file__).parent / "bundle"
"""Where the build writes: `index.html`, and below `assets/` files that carry a hash in their names."""

FOREVER = "public, max-age=31536000, immutable"
PACKED = (("br", ".br"), ("gzip", ".gz"))
"""Encodings that the build may have written beside a file, the smaller first."""

TYPES = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".woff2": "font/woff2", ".json": "application/json", ".webmanifest": "application/manifest+json",
    ".html": "text/html", ".wasm": "application/wasm",
}  # fmt: skip
"""By the name's end: what the machine's own table says would depend on the machine."""

NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Holin</title></head>
<body style="font-family:system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;line-height:1.6;
max-width:44rem;margin:10vh auto;padding:0 1.5rem">
<h1 style="font-size:1.75rem;margin:0 0 1.5rem">Holin</h1>
<section lang="zh-CN"><h2 style="font-size:1.2rem;margin:0">网页前端尚未构建</h2>
<p>数据接口已可使用：<a href="/api/library">/api/library</a>，说明见 <a href="/api/openapi.json">/api/openapi.json</a>。
构建网页需能访问 npm，请在源码目录运行 <code>make page</code>，然后刷新。</p></section>
<section lang="en"><h2 style="font-size:1.2rem;margin:2rem 0 0">The front end is not built</h2>
<p>The API answers: <a href="/api/library">/api/library</a>, described in
<a href="/api/openapi.json">/api/openapi.json</a>. To build the page, run <code>make page</code> in the checkout, where
npm can be reached, and load this again.</p></section>
</body></html>
"""


def page_is_built(bundle: Path = BUNDLE) -> bool:
    """Return whether the front end's build has written the page."""
    return (bundle / "index.html").is_file()


def front(bundle: Path) -> APIRouter:
    """Return the routes of the page's files: every other path without a file's ending is the page itself."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def read_file(request: Request, path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise HttpProblem(404, "not-found", f"the API has no /{path}; see /api/openapi.json")
        file = file_at(bundle, path)
        if file is None and re.search(r"\.\w+$", path):
            raise HttpProblem(404, "not-found", f"the page has no file {path}")
        return _sent(request, file or bundle / "index.html", lasting=path.startswith("assets/"))

    return router


def file_at(bundle: Path, path: str) -> Path | None:
    """Return the file of the bundle at a path, None where there is none or it would lie outside."""
    if not path or "\x00" in path or "\\" in path:
        return None
    try:
        file = (bundle / path).resolve()
        return file if file.is_relative_to(bundle.resolve()) and file.is_file() else None
    except (OSError, ValueError):
        return None


def _sent(request: Request, file: Path, *, lasting: bool) -> Response:
    kind = TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    try:
        encoding, body = _packed(file, request.headers.get("accept-encoding", ""))
    except FileNotFoundError:
        return Response(NOT_BUILT, media_type="text/html", headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": FOREVER if lasting else "no-cache", "Vary": "Accept-Encoding"}
    headers |= {"Content-Encoding": encoding} if encoding else {}
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers | {"ETag": tag})
    return Response(body, headers=headers | {"ETag": tag}, media_type=kind)


def _packed(file: Path, accepted: str) -> tuple[str, bytes]:
    """Return the encoding ("" for none) and the bytes of a file, packed where it was built so and is accepted."""
    for encoding, ending in PACKED:
        packed = file.with_name(file.name + ending)
        if _accepts(accepted)[encoding] and packed.is_file():
            return encoding, packed.read_bytes()
    return "", file.read_bytes()


def _accepts(header: str) -> Mapping[str, bool]:
    """Return whether each encoding is accepted by an `Accept-Encoding` header; one with q=0 is not."""
    named = dict(part.partition(";")[::2] for part in header.replace(" ", "").lower().split(","))
    return {encoding: encoding in named and not re.fullmatch(r"q=0(\.0*)?", named[encoding]) for encoding, _ in PACKED}
