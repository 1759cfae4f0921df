"""What is wrong with a user's data or request, with the way out."""


class DataError(Exception):
    """Data or a request that cannot be used; the message names the cause and the flag that helps."""
