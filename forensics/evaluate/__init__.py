"""How good the answers are: on labelled sets, and on made-up activity whose truth is known."""

from forensics.evaluate.evaluation import Evaluation
from forensics.evaluate.scoring import evaluate

__all__ = ["Evaluation", "evaluate"]
