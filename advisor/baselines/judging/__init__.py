"""From scores to a verdict: measures, comparisons, their reasons, and the learning curve."""
