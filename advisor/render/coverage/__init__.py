"""The report of what implements each claim that the advisor must know."""
