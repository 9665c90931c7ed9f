"""The park folder and the workbook: read, written, checked, begun anew, described by schemas, with its provenance."""

from holin.parkfile.example import example_park, new_park
from holin.parkfile.forecasts import ForecastRow, judged_forecast, read_forecast, write_forecast
from holin.parkfile.measurements import read_measurements, write_measurements
from holin.parkfile.provenance import FigureProvenance, provenance_of, share_of_basis
from holin.parkfile.read import faults_of_park, read_park
from holin.parkfile.reference import reference_names, reference_park
from holin.parkfile.schemas import datapackage, json_schema, write_schemas
from holin.parkfile.write import write_park

__all__ = [
    "FigureProvenance",
    "ForecastRow",
    "datapackage",
    "example_park",
    "faults_of_park",
    "json_schema",
    "judged_forecast",
    "new_park",
    "provenance_of",
    "read_forecast",
    "read_measurements",
    "read_park",
    "reference_names",
    "reference_park",
    "share_of_basis",
    "write_forecast",
    "write_measurements",
    "write_park",
    "write_schemas",
]
