"""
The model that identifies an undeclared limit from accepted and refused starts (docs/limiter.md). Pure.
"""
