"""A receipt for what was predicted: JSON under a signature, which a learning platform can check."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.jobs.folder import home

_MOST = 1_000_000  # characters of a receipt


def receipt(answers: Sequence[dict], root: Path | None = None) -> str:
    """JSON of answers, signed with this server's key: $RNNVIZ_RECEIPT_KEY, or one of its own that
    is kept beside the runs. HMAC-SHA256 (RFC 2104) over the answers in JSON's shortest form with
    sorted keys. Raises ExperimentError where no key can be kept.
    """
    signature = hmac.new(_key(root or home()), _bytes(answers), hashlib.sha256).hexdigest()
    return json.dumps({"answers": list(answers), "signature": signature}, indent=1)


def verified(text: str, root: Path | None = None) -> list[dict]:
    """The answers of a receipt. Raises ExperimentError where this key did not sign them."""
    try:
        content = json.loads(text) if len(text) <= _MOST else {}
        answers, signature = content["answers"], content["signature"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ExperimentError("a receipt must be JSON with answers and their signature") from None
    expected = hmac.new(_key(root or home()), _bytes(answers), hashlib.sha256).hexdigest()
    if not isinstance(signature, str) or not hmac.compare_digest(
        expected.encode(), signature.encode("utf-8", "replace")
    ):
        raise ExperimentError("this receipt was changed, or signed with another key")
    return answers


def _bytes(answers: Sequence[dict]) -> bytes:
    return json.dumps(answers, sort_keys=True, separators=(",", ":")).encode()


def _key(root: Path) -> bytes:
    given = os.environ.get("RNNVIZ_RECEIPT_KEY")
    if given:
        return given.encode()
    path = root / "receipt.key"
    try:
        root.mkdir(parents=True, exist_ok=True)
        part = root / f".receipt.{secrets.token_hex(4)}"
        if not path.exists():
            part.touch(mode=0o600)
            part.write_text(secrets.token_hex(32))
            try:
                os.link(part, path)  # two servers that begin at once agree on one
            except FileExistsError:
                pass
            finally:
                part.unlink(missing_ok=True)
        return path.read_bytes()
    except OSError as error:
        raise ExperimentError(f"no key for receipts can be kept here: {error.strerror}") from None
