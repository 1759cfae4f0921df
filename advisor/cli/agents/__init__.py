"""What coding agents call: the commands as tools of the Model Context Protocol, below one folder."""
