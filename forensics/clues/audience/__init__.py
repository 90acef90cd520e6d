"""Does a unit keep its audience's clock? `answer` weighs it, `finding` says it."""
