"""power-grid-model's JSON: input, update and output documents, version 1.0."""

from holin.formats.power_grid_model.output import read_power_grid_model_output, write_power_grid_model_output
from holin.formats.power_grid_model.reading import read_power_grid_model
from holin.formats.power_grid_model.update import read_power_grid_model_update, write_power_grid_model_update
from holin.formats.power_grid_model.writing import write_power_grid_model

__all__ = [
    "read_power_grid_model",
    "read_power_grid_model_output",
    "read_power_grid_model_update",
    "write_power_grid_model",
    "write_power_grid_model_output",
    "write_power_grid_model_update",
]
