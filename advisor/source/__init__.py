"""Ground floor: YAML with positions, and problems that name their place."""
