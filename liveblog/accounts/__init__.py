"""Who may do what: roles, what each permits, and bearer tokens."""
