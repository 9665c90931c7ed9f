"""What `holin bill` prints for people, in both languages."""

from __future__ import annotations

TEXTS_BILL: dict[str, tuple[str, str]] = {
    "bill.month": ("Bills of {month}, {currency}", "{month} 电费，{currency}"),
    "bill.month_head": ("month", "账期"),
    "bill.energy": ("MWh", "电量 MWh"),
    "bill.green": ("green (physical)", "绿电（物理量）"),
    "bill.price": ("per kWh", "每千瓦时"),
    "bill.amount": ("bill", "电费"),
    "bill.change": ("against the month before", "较上月"),
    "bill.billed": ("bills of all customers", "全部用户电费"),
    "bill.purchased": ("paid at the public grid", "公网购电支出"),
    "bill.margin": ("left to the operator, for network and own generation", "运营方结余（用于配电网与自有电源）"),
    "bill.unbilled": (
        "{name} has no contract: {taken} MWh taken and {fed} MWh fed in are on nobody's bill.",
        "{name} 没有供用电合同：用电 {taken} MWh、上网 {fed} MWh 未列入任何账单。",
    ),
    "bill.of": ("{name}, {month}, {days} days", "{name}，{month}，{days} 天"),
    "bill.why": ("Against {month}: {change} ({share})", "与 {month} 相比：{change}（{share}）"),
    "bill.written": ("Invoices written to {path}", "账单已写入 {path}"),
    "bill.booked": (
        "Settlement book, page {entry}: {new} new bills, {changed} corrected",
        "结算账簿第 {entry} 页：新账单 {new} 份，更正 {changed} 份",
    ),
    "bill.book_nothing": ("Settlement book: nothing new", "结算账簿：无新内容"),
    "step.invoices": ("writing invoices", "编制账单"),
}
