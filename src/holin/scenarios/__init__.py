"""What may turn out otherwise: uncertain factors, scenarios drawn from them, the park in each, and what mattered."""

from holin.scenarios.changing import changed_park, faults_of_quantities
from holin.scenarios.correlation import Regression, factor_values, rank_correlation, regression
from holin.scenarios.distributions import Discrete, Distribution, LogNormal, Normal, Triangular, Uniform
from holin.scenarios.drawing import METHODS, Change, Factor, Scenario, ScenarioSpec, draw_scenarios
from holin.scenarios.quantities import quantities_of
from holin.scenarios.reading import read_scenarios
from holin.scenarios.sobol import SobolIndices, sensitivity_scenarios, sobol_indices

__all__ = [
    "METHODS",
    "Change",
    "Discrete",
    "Distribution",
    "Factor",
    "LogNormal",
    "Normal",
    "Regression",
    "Scenario",
    "ScenarioSpec",
    "SobolIndices",
    "Triangular",
    "Uniform",
    "changed_park",
    "draw_scenarios",
    "factor_values",
    "faults_of_quantities",
    "quantities_of",
    "rank_correlation",
    "read_scenarios",
    "regression",
    "sensitivity_scenarios",
    "sobol_indices",
]
