"""Who works here: people and how they sign in, sessions, tokens, and what each role permits."""
