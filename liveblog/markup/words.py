"""What readers are told about an update besides its text, on pages and in feeds. article.ts says
the same in browsers: change both or neither."""

VERIFICATION = {
    "confirmed": "Confirmed",
    "reported": "Reported, not yet confirmed",
    "disputed": "Disputed",
    "withdrawn": "Withdrawn",
}
CORRECTION = {
    "update": "Updated",
    "clarification": "Clarification",
    "correction": "Correction",
    "withdrawn": "Withdrawn",
}
RETRACTED = "This update has been retracted."
