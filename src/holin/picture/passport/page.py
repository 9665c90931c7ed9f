"""The passport as one HTML text that loads nothing from anywhere: for screen, phone and paper, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from holin.picture.passport.view import View, view_of
from holin.picture.texts import spoken, text

SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def passport_page(
    passport: Mapping[str, Any], *, digest: str, signature: str, fingerprint: str, code: str, qr: str, language: str
) -> str:
    """Return the page of a signed passport in a language; `code` is what its QR code (SVG) says.

    Raises BadInput for another language than zh or en.
    """
    speech = spoken(language)
    seen = view_of(passport, speech)

    def say(key: str) -> str:
        return escape(text(f"pass.{key}", speech))

    body = [
        f'<p class="banner {seen["kind"]}">{escape(seen["banner"])}</p>',
        f'<header><div><p class="sub">{say("title")} · {escape(seen["company"])}</p><h1>{escape(seen["name"])}</h1>'
        f"{_facts([*seen['facts'], (text('pass.sealed', speech), f'{fingerprint} · {digest[:16]}…')])}</div>"
        f"<figure>{_scaled(qr)}</figure></header>",
        '<section class="big">'
        + "".join(f'<div class="{c}"><b>{escape(v)}</b><span>{escape(w)}</span></div>' for v, c, w in seen["big"])
        + "</section>",
        f"<h2>{say('energy')}</h2><p class=note>{say('energy_note')}</p>{_energy(seen, speech)}",
        f"<h2>{say('certificates')}</h2>{_certificates(seen['certificates'], say)}",
        f"<h2>{say('carbon')}: {say('per_t')}</h2><p class=note>{say('counts_note')}</p>{_carbon(seen, say)}",
        f"<h2>{say('metal')}</h2>"
        + _table([say("material"), say("from"), "kg", say("declared")], seen["inputs"], "words first2"),
        f"<h2>{say('cbam')}: {say('per_t')}</h2><p class=note>{say('cbam_note')}</p>"
        + _table(["", "t/t", ""], seen["cbam"], "last"),
        f"<h2>{say('factors')}</h2>" + _table(["", "", "t/MWh", ""], seen["factors"], "last first2"),
        f"<h2>{say('methods')}</h2>",
        *(f"<p class=note>{say(f'method_{k}')}</p>" for k in (1, 2, 3)),
        f"<h2>{say('evidence')}</h2>" + _table([say("file"), "SHA-256"], seen["evidence"], "mono"),
        f'<h2>{say("signature")}</h2><dl class="seal"><dt>{say("hash")}</dt><dd>{digest}</dd>'
        f"<dt>{say('signature')}</dt><dd>{signature}</dd><dt>{say('key')}</dt><dd>{fingerprint}</dd></dl>"
        f"<p class=note>{say('check')}</p>"
        f"<p class=code>{escape(code)}</p>",
    ]
    title = f"{text('pass.title', speech)} {seen['id']}"
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if speech == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_css()}</style>\n</head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body>\n</html>\n"
    )


@cache
def _css() -> str:
    return files("holin.picture.passport").joinpath("page.css").read_text(encoding="utf-8")


def _scaled(svg: str) -> str:
    """Return a drawing that takes the size that the page gives it."""
    return SIZE.sub(r'viewBox="0 0 \1 \2"', svg, count=1)


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"


def _energy(seen: View, speech: Any) -> str:
    bar = "".join(f'<i style="width:{100 * s["share"]:.3f}%;background:{s["colour"]}"></i>' for s in seen["sources"])
    strip = "".join(
        f'<div title="{b["label"]}: {b["mwh"]} MWh"><span style="height:{100 * b["height"]:.2f}%">'
        + "".join(f'<i style="height:{100 * p:.2f}%;background:{c}"></i>' for c, p in b["parts"])
        + f"</span><em>{b['label'][-5:]}</em></div>"
        for b in seen["bins"]
    )
    rows = [
        [f'<i class="dot" style="background:{s["colour"]}"></i>{escape(s["name"])}', escape(s["kind"]),
         "✓" if s["green"] else "", s["mwh"], s["percent"]]
        for s in seen["sources"]
    ]  # fmt: skip
    heads = [escape(text(f"pass.{k}", speech)) for k in ("source", "kind", "green")]
    heads += ["MWh", escape(text("pass.share", speech))]
    facts = _facts(r for r in seen["energy_facts"] if r[0])
    note = f"<p class=note>{escape(seen['energy_facts'][-1][1])}</p>"
    return (
        f'<div class="bar">{bar}</div><div class="strip">{strip}</div>{_html_table(heads, rows, "first2")}{facts}{note}'
    )


def _certificates(found: View | None, say: Any) -> str:
    if found is None:
        return f"<p class=note>{say('no_certificates')}</p>"
    more = f"<p class=note>+{found['more']} {say('more')}</p>" if found["more"] else ""
    table = _table(found["head"], found["rows"], "mono")
    return (
        f"{_facts(found['facts'])}{table}{more}<p class=note>{say('certificates_note')} {escape(found['ledger'])}</p>"
    )


def _carbon(seen: View, say: Any) -> str:
    head = "".join(f"<th>{say(k)}</th>" for k in ("market", "location", "traced"))
    rows = "".join(
        f'<tr class="{kind}"><td>{escape(label)}</td>' + "".join(f"<td>{v}</td>" for v in values) + "</tr>"
        for label, values, kind in seen["carbon"]
    )
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    return _html_table(head, [[escape(c) for c in row] for row in rows], kind)


def _html_table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str) -> str:
    top = "".join(f"<th>{h}</th>" for h in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
