"""From a profile and the knowledge to a recommendation."""
