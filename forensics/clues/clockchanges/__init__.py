"""Clock changes: `rules` lists the rules, `kernel` and `contrast` weigh them, `answer` decides."""
