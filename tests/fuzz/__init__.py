"""What reads strangers' bytes, given any bytes: only the errors that callers are told of may come.

python -m tests.fuzz markdown -max_total_time=60
"""
