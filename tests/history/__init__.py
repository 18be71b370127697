"""Histories: what becomes of a run under faults, kills, pauses and jumping clocks, judged by the laws of design.md."""
