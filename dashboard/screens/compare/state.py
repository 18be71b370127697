"""
The Compare page's form.
"""

from __future__ import annotations

from dashboard import arms
from dashboard.screens.form.state import Form

FORM = Form("compare", arms.DEFAULTS)
