"""The record proves itself: logs are signed and walked, and it is told who did what."""
