"""
A model that identifies an undeclared limit from accepted and refused starts (docs/limiter.md).

Not in use yet: the scheduler still asks the learner (docs/gate.md). It is complete, simulated and tested, and replaces
learner, interval_search and recent_calls when the scheduler is moved to it.
"""
