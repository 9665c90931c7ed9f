"""State estimation: the state of the network that fits its meters best, and which of them cannot be right."""

from holin.flow.estimate.causes import Cause, Contradiction, Contradictions, Slip, contradictions
from holin.flow.estimate.estimate import estimate
from holin.flow.estimate.observability import Cure, Observability, observability
from holin.flow.estimate.summary import estimate_summary
from holin.flow.estimate.synthetic import measured_flow

__all__ = [
    "Cause",
    "Contradiction",
    "Contradictions",
    "Cure",
    "Observability",
    "Slip",
    "contradictions",
    "estimate",
    "estimate_summary",
    "measured_flow",
    "observability",
]
