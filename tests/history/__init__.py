"""Histories: what happens to a run under faults, kills, pauses and jumping clocks, judged by the laws of design.md."""
