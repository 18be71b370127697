"""Soaks: a real `draftmill run`, killed again and again."""
