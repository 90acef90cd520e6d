"""Which zones fit the hours of a unit: `model` scores, `answer` decides, `finding` says it."""
