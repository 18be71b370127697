"""
The screen: what a person sees of the engine, in English and Chinese.

It uses the public APIs of the engine only, and meets the worker in the store: a page is drawn from rows, never from
objects of a running run, so a refresh, a second tab and a restart show the same thing.
"""
