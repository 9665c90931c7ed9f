"""What a server answers about bills; amounts are whole fen, energies whole Wh, exact prices Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from holin.client.shapes import Label


@dataclass(frozen=True, kw_only=True)
class ListedBill:
    """A bill in short; prices are currency/kWh. Count of green energy: physical."""

    customer: str
    month: str
    days: int
    days_of_month: int
    total_fen: int
    vat_fen: int
    by_kind_fen: dict[str, int]
    taken_wh: int
    green_wh: int
    green_share: float | None
    price_per_kwh: Decimal | None
    by_kind_per_kwh: dict[str, Decimal]
    peak_mw: float
    power_factor: Decimal | None
    against_fen: int | None


@dataclass(frozen=True, kw_only=True)
class Unbilled:
    """Who used or fed in without a contract."""

    customer: str
    taken_wh: int
    fed_wh: int


@dataclass(frozen=True, kw_only=True)
class BilledMonth:
    """A month's bills together; the operator's side is None for who may not see all."""

    month: str
    total_fen: int
    taken_wh: int
    by_kind_fen: dict[str, int]
    price_per_kwh: Decimal | None
    billed_fen: int | None
    purchased_fen: int | None
    margin_fen: int | None
    unbilled: tuple[Unbilled, ...]


@dataclass(frozen=True, kw_only=True)
class Bills:
    """The bills of a run; of a demo run nothing is payable."""

    kind: str
    currency: str
    note: Label
    customers: dict[str, Label]
    contracts: dict[str, str]
    months: tuple[BilledMonth, ...]
    bills: tuple[ListedBill, ...]


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """A line as the invoice prints it."""

    kind: str
    of: str
    label: Label
    quantity: str
    unit: str
    price: str
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class BillCause:
    """One cause of a difference; `why` is amount, shape, price, new or rounding."""

    kind: str
    why: str
    label: Label
    fen: int


@dataclass(frozen=True, kw_only=True)
class BillAgainst:
    """Why a bill differs from that of another month; the causes add up to the difference."""

    month: str
    total_fen: int
    difference_fen: int
    causes: tuple[BillCause, ...]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """One bill, whole."""

    customer: str
    name: Label
    month: str
    number: str
    days: int
    days_of_month: int
    currency: str
    notes: tuple[Label, ...]
    lines: tuple[BillLine, ...]
    total_fen: int
    vat_fen: int
    against: BillAgainst | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An amount as it is and as it would be."""

    before_fen: int
    after_fen: int
    difference_fen: int


@dataclass(frozen=True, kw_only=True)
class ComparedCustomer(Compared):
    """A customer's month."""

    customer: str


@dataclass(frozen=True, kw_only=True)
class ComparedPark:
    """The operator's month."""

    billed: Compared
    margin: Compared
    purchased_fen: int


@dataclass(frozen=True, kw_only=True)
class TariffWhatIf:
    """A month under other tariffs, no bill."""

    month: str
    currency: str
    total: Compared
    customers: tuple[ComparedCustomer, ...]
    park: ComparedPark | None
