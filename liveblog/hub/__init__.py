"""Every web process is a replica: the log is tailed once, folded in memory, and each change is
encoded once and handed to every reader."""
