"""
The Compare page's form.
"""

from __future__ import annotations

from dashboard import compare_form
from dashboard.screens.form.state import Form

FORM = Form("compare", compare_form.DEFAULTS)
