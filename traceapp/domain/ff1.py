"""FF1, format-preserving encryption: numbers in, numbers of the same length out (NIST SP 800-38G).

Ten Feistel rounds, each one AES block here: what does not change from round to round (the standard's P, and
all of Q but its last block) is chained once when the cipher is made. That asks each half to fit in 12
bytes, as all nine of NIST's samples do. FF3-1 is withdrawn and not offered.

>>> cipher = Ff1(bytes(32), radix=32, length=12, tweak=b"7 bytes")
>>> cipher.decrypt(*cipher.encrypt(5, 1234))
(5, 1234)
"""

import threading
from math import ceil, log2
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

ROUNDS: Final = 10
BLOCK: Final = 16  # bytes
_FEWEST: Final = 100  # NIST's floor (radix ** length >= 100); ours is 32 ** 12
_contexts = threading.local()


def block_cipher(key: bytes) -> CipherContext:
    """AES, one block after another, under this key. A context is not thread-safe: each thread has its own."""
    mine: dict[bytes, CipherContext] = _contexts.__dict__.setdefault("by_key", {})
    context = mine.get(key)
    if context is None:
        context = mine[key] = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - FF1 is built from single blocks
    return context


class Ff1:
    """FF1 for texts of `length` digits in `radix`, under one key and tweak; safe to share between threads.

    A text is its two halves as integers, most significant digit first; the first has `length // 2` digits.
    `start` is the block every round begins with; the round's number and a half, at its end, complete it.
    """

    __slots__ = ("_half", "_key", "_low", "_rounds", "_unread", "start")

    def __init__(self, key: bytes, *, radix: int, length: int, tweak: bytes) -> None:
        short, long = length // 2, length - length // 2
        half = ceil(ceil(long * log2(radix)) / 8)  # b of the standard, in bytes
        if radix**length < _FEWEST or half > 12:
            raise ValueError(
                f"FF1 here takes 100 values at least and halves of 12 bytes at most, found {half}"
            )
        self._key = key
        self._unread = 8 * (
            BLOCK - (4 * ceil(half / 4) + 4)
        )  # bits of an answer beyond the standard's d bytes
        self._half = half
        parameters = b"\x01\x02\x01" + radix.to_bytes(3) + bytes([ROUNDS, short % 256])
        sizes = length.to_bytes(4) + len(tweak).to_bytes(4)
        blank = bytes(-(len(tweak) + half + 1) % BLOCK + 1 + half)
        self.start = self._chained(parameters + sizes + tweak + blank)
        self._low = self.start % 256**half
        heads = [(self.start >> 8 * half ^ number).to_bytes(BLOCK - half) for number in range(ROUNDS)]
        self._rounds = list(zip(heads, (radix**short, radix**long) * (ROUNDS // 2), strict=True))

    def _chained(self, fixed: bytes) -> int:
        """CBC-MAC over all but the last block, which is mixed in unencrypted: each round completes it."""
        cipher, state = block_cipher(self._key), 0
        for at in range(0, len(fixed) - BLOCK, BLOCK):
            mixed = state ^ int.from_bytes(fixed[at : at + BLOCK])
            state = int.from_bytes(cipher.update(mixed.to_bytes(BLOCK)))
        return state ^ int.from_bytes(fixed[-BLOCK:])

    def encrypt(self, left: int, right: int) -> tuple[int, int]:
        """The two halves, encrypted."""
        update, low, half, unread = block_cipher(self._key).update, self._low, self._half, self._unread
        number = int.from_bytes
        for head, modulus in self._rounds:
            block = update(head + (low ^ right).to_bytes(half))
            left, right = right, (left + (number(block) >> unread)) % modulus
        return left, right

    def decrypt(self, left: int, right: int) -> tuple[int, int]:
        """The inverse of `encrypt`."""
        update, low, half, unread = block_cipher(self._key).update, self._low, self._half, self._unread
        number = int.from_bytes
        for head, modulus in reversed(self._rounds):
            block = update(head + (low ^ left).to_bytes(half))
            left, right = (right - (number(block) >> unread)) % modulus, left
        return left, right
