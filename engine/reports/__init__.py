"""
What rows come to: estimates, progress, metrics, run status and advice.
"""
