"""What kinds of rule are called, in both languages; their value follows."""

from __future__ import annotations

from holin.rules import KIND_WORDS, LEVER_WORDS

TEXTS_RULES: dict[str, tuple[str, str]] = {
    **{f"rule.{kind}": words for kind, words in KIND_WORDS.items()},
    **{f"lever.{lever}": words for lever, words in LEVER_WORDS.items()},
    "rules.title": ("Rules of {park} in force on {day}", "{park} 规则判定（{day} 有效）"),
    "rules.only": ("Rules of {park} in force on {day}", "{park} 规则（{day} 有效）"),
    "rules.others": ("Not in force on that day", "当日无效的规则"),
    "rules.hidden": (
        "Not in force on that day: {count} more, shown with --all",
        "另有 {count} 条规则当日无效，用 --all 显示",
    ),
    "rules.value": ("limit", "限值"),
    "rules.reached": ("reached", "实际"),
    "rules.verdict": ("verdict", "判定"),
    "rules.margin": ("margin", "裕量"),
    "rules.cures": ("What would cure: {rule}", "如何满足：{rule}"),
    "rules.cure": ("at least {amount}: {what}", "至少 {amount}：{what}"),
    "rules.helps": ("up to {amount}, which is not enough alone: {what}", "至多 {amount}，单独不足：{what}"),
    "rules.power": (" (about {mw} MW at the yield of those that stand)", "（按现有电源出力约 {mw} MW）"),
    "rules.each": ("Each enterprise by itself reaches: {rule}", "各企业单独均满足：{rule}"),
    "rules.some": (
        "{count} of {of} enterprises by themselves do not reach: {rule}",
        "{of} 家企业中有 {count} 家单独未满足：{rule}",
    ),
    "rules.sources": ("Where the rules stand", "规则出处"),
    "rules.dates": ("from {first} until {last}", "自 {first} 至 {last}"),
    "basis.published": ("published", "公开"),
    "basis.derived": ("derived", "推算"),
    "basis.assumed": ("assumed", "假定"),
    "basis.synthetic": ("synthetic", "合成"),
    "basis.measured": ("measured", "实测"),
}
