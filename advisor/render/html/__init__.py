"""Results as one HTML page each: no request, one script of ours on demand; needs the extra `report`."""
