"""
The Launch page's form.
"""

from __future__ import annotations

from dashboard import forms
from dashboard.screens.form.state import Form

FORM = Form("launch", forms.DEFAULTS)
REUSE_CHOSEN = "reuse_chosen"
"""Left in the form once a person has said whether existing drafts are used again."""
