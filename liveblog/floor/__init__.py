"""The newsroom's floor: who is at the desk and at what, and what those who are there must know.

announced, changes, figures → floor → a seat for each open stream of the desk
"""
