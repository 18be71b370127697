"""
The server `draftmill` starts: the dashboard, the status API beside it, and the doors both stand behind.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard import api
from dashboard.doors import Doors

app = st.App(Path(__file__).with_name("app.py"), routes=api.routes(), middleware=[Middleware(Doors)])
