"""What must come out for each scenario, finder by finder; one small function a scenario."""
