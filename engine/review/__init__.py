"""
Changing drafts by hand: edits and suggested fixes.
"""
