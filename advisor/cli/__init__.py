"""The command line: parse, call, print; the only room that prints, exits or reads the environment."""
