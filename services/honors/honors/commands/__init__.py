"""One verb a file; plain steps share one."""
