"""Measurements. `make bench` runs them; figures hold for the machine they were taken on."""
