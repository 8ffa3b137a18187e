"""The record proves itself: heads of its logs signed, logs walked against them, who did what told."""
