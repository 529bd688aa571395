"""Model check: queueing formulas beside the simulation, and laws that every run must keep."""

from opmodel.queueing.checking import ModelCheck, check_model

__all__ = ["ModelCheck", "check_model"]
