"""Which algorithm ran which step, when.

The steps are the numbered comments of the algorithms themselves: no algorithm knows that it is traced.
"""

from engine.trace.steps import Algorithm, Step, algorithms_of
from engine.trace.tracer import StepTaken, Tracer

__all__ = ["Algorithm", "Step", "StepTaken", "Tracer", "algorithms_of"]
