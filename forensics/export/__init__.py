"""Files for other programs. Drawing and numbers are made elsewhere; this only writes."""
