"""Who may enter 管理: a password that only its hash need be known of, tried a few times a minute."""

import base64
import binascii
import hashlib
import hmac
import os
import threading
import time
from collections.abc import Callable

from corpus.errors import InvalidInput

__all__ = ["Gate", "hashed"]

_MARK = "scrypt"
_COST = {"n": 2**14, "r": 8, "p": 1}
_TRIES = 5
_WINDOW = 60.0


def hashed(password: str) -> str:
    """The password as it may stand in the settings."""
    salt = os.urandom(16)
    parts = (salt, _digest(password, salt))
    return "$".join([_MARK, *(base64.b64encode(part).decode() for part in parts)])


class Gate:
    """Compares passwords with the one that is set, as hashes; wrong ones are counted for all visitors together."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._expected = _read(secret) if secret else None
        self._clock = clock
        self._failed: list[float] = []
        self._lock = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether no password is set, so that none opens."""
        return self._expected is None

    def opens(self, password: str) -> bool:
        """Whether this is the password; raises InvalidInput after too many wrong ones."""
        if self._expected is None:
            return False
        now = self._clock()
        with self._lock:
            self._failed = [at for at in self._failed if now - at < _WINDOW]
            if len(self._failed) >= _TRIES:
                raise InvalidInput("口令错得太多，请过一分钟再试。")
            self._failed.append(now)
        salt, digest = self._expected
        right = hmac.compare_digest(_digest(password, salt), digest)
        if right:
            with self._lock:
                self._failed.clear()
        return right


def _read(secret: str) -> tuple[bytes, bytes]:
    """Salt and digest of what is set, which may be the password itself."""
    mark, *parts = secret.split("$")
    if mark == _MARK and len(parts) == 2:
        try:
            return base64.b64decode(parts[0], validate=True), base64.b64decode(parts[1], validate=True)
        except binascii.Error as error:
            raise InvalidInput("设置 admin_password 的散列不完整，请用 python -m ui.password 重做") from error
    salt = os.urandom(16)
    return salt, _digest(secret, salt)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **_COST)
