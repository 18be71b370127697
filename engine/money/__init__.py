"""
Prices, token usage, the cost of calls and the budget of a run.
"""
