"""Models of tables: classical, neural, hybrid and reference, each a scikit-learn pipeline."""
