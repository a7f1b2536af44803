"""Signature and encryption of the platforms' callbacks.

AES-256-CBC over random16 + length + message + receiver, padded to 32 bytes; the signature is the SHA-1 of the
sorted parts. Signatures are compared in constant time, and always before anything is decrypted.
"""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from assistant.service.problems import Problem

__all__ = ["Envelope"]

_BLOCK_BITS = 256
_RANDOM = 16
_HEAD = _RANDOM + 4


class Envelope:
    """What one account's callbacks are signed and, with `aes_key` (43 characters), encrypted with.

    `receiver` is the AppID or CorpID that stands in every message, empty for 智能机器人; `window` is how many
    seconds the platform's clock may be away from ours.
    """

    def __init__(
        self, token: str, aes_key: str, receiver: str, window: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._receiver = receiver.encode()
        self._window = window
        self._clock = clock

    @property
    def is_encrypted(self) -> bool:
        """Whether only encrypted messages are taken."""
        return bool(self._key)

    def sign(self, *parts: str) -> str:
        """The signature over the token and these parts."""
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode("utf-8", "replace")).hexdigest()

    def check(self, signature: str, timestamp: str, *parts: str) -> None:
        """Raise Problem 403 unless the signature is right and the time stamp fresh."""
        right = self.sign(timestamp, *parts)
        if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
            raise Problem(403, "签名不对。请核对平台后台和本服务里的 Token。", "wrong_signature")
        plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if not plain or abs(self._clock() - int(timestamp)) > self._window:
            raise Problem(403, "请求已经过时，或本机的时钟不准。", "stale")

    def open(self, sealed: str) -> bytes:
        """The message in an encrypted text; raises Problem 403 where key or receiver are not ours."""
        try:
            decryptor = Cipher(AES(self._key), CBC(self._key[:16])).decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
            unpadder = PKCS7(_BLOCK_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
            (length,) = struct.unpack(">I", plain[_RANDOM:_HEAD])
        except (ValueError, struct.error) as error:
            raise _foreign() from error
        message, receiver = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if len(message) != length or not hmac.compare_digest(receiver, self._receiver):
            raise _foreign()
        return message

    def seal(self, message: str) -> str:
        """`message` encrypted for the platform."""
        content = message.encode()
        head = secrets.token_bytes(_RANDOM) + struct.pack(">I", len(content))
        padder = PKCS7(_BLOCK_BITS).padder()
        padded = padder.update(head + content + self._receiver) + padder.finalize()
        encryptor = Cipher(AES(self._key), CBC(self._key[:16])).encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def sealed_reply(self, message: str) -> dict[str, str]:
        """`message` encrypted, with everything that the platform checks it by."""
        sealed, nonce, timestamp = self.seal(message), secrets.token_hex(8), str(int(self._clock()))
        return {
            "encrypt": sealed,
            "signature": self.sign(timestamp, nonce, sealed),
            "timestamp": timestamp,
            "nonce": nonce,
        }


def _foreign() -> Problem:
    return Problem(403, "不能解密。请核对 EncodingAESKey 和 AppID（CorpID）。", "cannot_decrypt")
