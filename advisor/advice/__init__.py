"""From scores to a recommendation: catalogue, estimates, limits, techniques, plan."""
