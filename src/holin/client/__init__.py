"""Reading a Holin server from Python: parks and runs as objects, arrays as pandas and xarray.

from holin.client import Client

with Client("http://127.0.0.1:8765") as client:
    run = client.library().runs[0]
    loading = client.column(run.id, "flows", "loading")
"""

from holin.client.bill_shapes import Bill, BilledMonth, Bills, ListedBill, TariffWhatIf
from holin.client.client import Client, Refusal
from holin.client.shapes import (
    Column,
    Enterprise,
    EnterpriseMonth,
    Enterprises,
    Fact,
    Figure,
    Label,
    Library,
    ListedPark,
    ListedRun,
    Park,
    Run,
    RunClaim,
    RunFigure,
    RunMonth,
    RunRule,
    Source,
    Stage,
    Table,
    Thing,
)

__all__ = [
    "Bill",
    "BilledMonth",
    "Bills",
    "Client",
    "Column",
    "Enterprise",
    "EnterpriseMonth",
    "Enterprises",
    "Fact",
    "Figure",
    "Label",
    "Library",
    "ListedBill",
    "ListedPark",
    "ListedRun",
    "Park",
    "Refusal",
    "Run",
    "RunClaim",
    "RunFigure",
    "RunMonth",
    "RunRule",
    "Source",
    "Stage",
    "Table",
    "TariffWhatIf",
    "Thing",
]
