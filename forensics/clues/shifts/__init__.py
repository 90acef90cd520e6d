"""When a unit works: `days` cuts, `pieces` fits, `edges` dates the edges, `answer` decides."""
