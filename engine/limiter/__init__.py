"""
When the next call may start: configured limits, detected limits and the forecast based on them.
"""
