"""Days on and off, and how they go round: `series` counts, `cycle` finds, `answer` decides."""
