"""
One run at work: packets are asked for, read, recorded and retried.
"""
