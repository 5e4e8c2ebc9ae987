"""The sample day of `zeroten demo`: a survey, yesterday's interactions, and the settings of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

EMAIL = "admin@example.com"
PASSWORD = "demo-demo-demo"  # noqa: S105 - the demo's sign-in, printed when it starts


def survey_file() -> Path:
    """The sample survey."""
    return Path(str(resources.files(__name__) / "survey.toml"))


def sample_interactions(now: datetime) -> Iterator[dict[str, Any]]:
    """Interactions that ended within the last day, as the API takes them; with the date in their ids."""
    lines = (resources.files(__name__) / "interactions.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        body = json.loads(line)
        ended_at = now - timedelta(minutes=body.pop("ended_minutes_ago"))
        yield body | {"id": f"{body['id']}-{now:%Y%m%d%H%M}", "ended_at": ended_at.isoformat()}


def sandbox_environment(directory: Path, *, port: int, sandbox_port: int) -> Mapping[str, str]:
    """The settings that make the product talk to the sandbox instead of real providers."""
    directory = directory.resolve()
    return {
        "ZEROTEN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZEROTEN_PORT": str(port),
        "ZEROTEN_TWILIO_ACCOUNT_SID": "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
        "ZEROTEN_TWILIO_AUTH_TOKEN": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "ZEROTEN_TWILIO_SMS_FROM": "+15005550006",
        "ZEROTEN_TWILIO_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_TELEGRAM_BOT_TOKEN": "123456789:AAzerotenSandboxBot0000000000000000000",
        "ZEROTEN_TELEGRAM_WEBHOOK_SECRET": "sandbox-webhook-secret",
        "ZEROTEN_TELEGRAM_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_WEBCHAT_ORIGINS": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_CLOCK_FILE": str(directory / "clock"),
        "ZEROTEN_TIMEZONE": "Europe/Amsterdam",
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_PRODUCT_URL": f"http://127.0.0.1:{port}",
        "SANDBOX_LEDGER": str(directory / "ledger.jsonl"),
        "SANDBOX_CLOCK_FILE": str(directory / "clock"),
        "SANDBOX_TWILIO_ACCOUNT_SID": "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
        "SANDBOX_TWILIO_AUTH_TOKEN": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "SANDBOX_TWILIO_FROM": "+15005550006",
        "SANDBOX_TELEGRAM_TOKEN": "123456789:AAzerotenSandboxBot0000000000000000000",
    }
