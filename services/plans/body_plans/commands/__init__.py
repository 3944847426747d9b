"""What can be done to plans: one verb a file; plain steps share one."""
