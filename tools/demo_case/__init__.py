"""Parts of the demonstration case: who posts, when, what, with which pictures and which faults."""
