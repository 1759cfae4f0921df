"""Results as one HTML page each: no script, no request, charts inside; needs the extra `report`."""
