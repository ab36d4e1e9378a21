"""FF1, format-preserving encryption: numbers in, numbers of the same length out (NIST SP 800-38G).

Ten Feistel rounds, each one AES block here. What does not change from round to round is chained once, when
the cipher is made: the standard's P (the parameters) and, of its Q (tweak, zeros, round's number, a half),
all but the last block. That asks each half to fit in 12 bytes, as all nine of NIST's samples do. FF3-1 is
withdrawn and not offered.

>>> cipher = Ff1(bytes(32), radix=32, length=12, tweak=b"7 bytes")
>>> cipher.decrypt(*cipher.encrypt(5, 1234))
(5, 1234)

Where a half takes four bytes, as a serial's does, a round's block and its answer are these words of 32 bits:

    word      0 (bytes 0-3)   1 (4-7)   2 (8-11)                  3 (12-15)
    block     start           start     start ^ round's number    start ^ half
    answer    high            low       not taken                 not taken

The number is one byte, the last of word 2. High and low are what the round adds (the standard takes d = 8
bytes), modulo 2**30 for a serial: the high word is a multiple of 2**32 and cannot matter.
"""

import threading
from math import ceil, log2
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]

_ROUNDS: Final = 10
_BLOCK: Final = 16  # bytes
_FEWEST: Final = 100  # NIST's floor (radix ** length >= 100); ours is 32 ** 12
_ROUND_WORD, _HALF_WORD, _ANSWER_LOW = 2, 3, 1  # of the table above
_WORDS, _WORD = 4, ">u4"
_contexts = threading.local()


def _block_cipher(key: bytes) -> CipherContext:
    """AES, one block after another, under this key. A context is not thread-safe: each thread has its own."""
    mine: dict[bytes, CipherContext] = _contexts.__dict__.setdefault("by_key", {})
    context = mine.get(key)
    if context is None:
        context = mine[key] = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - FF1 is built from single blocks
    return context


class Ff1:
    """FF1 for texts of `length` digits in `radix`, under one key and tweak; safe to share between threads.

    A text is its two halves as integers, most significant digit first; the first has `length // 2` digits.
    """

    __slots__ = ("_half", "_key", "_low", "_moduli", "_rounds", "_start", "_unread")

    def __init__(self, key: bytes, *, radix: int, length: int, tweak: bytes) -> None:
        short, long = length // 2, length - length // 2
        half = ceil(ceil(long * log2(radix)) / 8)  # b of the standard, in bytes
        if radix**length < _FEWEST or half > 12:
            raise ValueError(
                f"FF1 here takes 100 values at least and halves of 12 bytes at most, found {half}"
            )
        self._key = key
        self._half = half
        taken = 4 * ceil(half / 4) + 4  # d of the standard, the first bytes of an answer
        self._unread = 8 * (_BLOCK - taken)  # bits
        parameters = b"\x01\x02\x01" + radix.to_bytes(3) + bytes([_ROUNDS, short % 256])
        sizes = length.to_bytes(4) + len(tweak).to_bytes(4)
        blank = bytes(-(len(tweak) + half + 1) % _BLOCK + 1 + half)  # at its end: the round's number, a half
        self._start = self._chained(parameters + sizes + tweak + blank)
        self._low = self._start % 256**half
        # A head is the block but for its half; the number falls on the byte just before that.
        heads = [((self._start >> 8 * half) ^ number).to_bytes(_BLOCK - half) for number in range(_ROUNDS)]
        self._moduli = (radix**short, radix**long)
        self._rounds = list(zip(heads, self._moduli * (_ROUNDS // 2), strict=True))

    def _chained(self, fixed: bytes) -> int:
        """CBC-MAC over all but the last block, which is mixed in unencrypted: each round completes it."""
        cipher, state = _block_cipher(self._key), 0
        for at in range(0, len(fixed) - _BLOCK, _BLOCK):
            mixed = state ^ int.from_bytes(fixed[at : at + _BLOCK])
            state = int.from_bytes(cipher.update(mixed.to_bytes(_BLOCK)))
        return state ^ int.from_bytes(fixed[-_BLOCK:])

    def encrypt(self, left: int, right: int) -> tuple[int, int]:
        """The two halves, encrypted."""
        update, low, half, unread = _block_cipher(self._key).update, self._low, self._half, self._unread
        as_number = int.from_bytes
        for head, modulus in self._rounds:
            block = update(head + (low ^ right).to_bytes(half))
            left, right = right, (left + (as_number(block) >> unread)) % modulus
        return left, right

    def decrypt(self, left: int, right: int) -> tuple[int, int]:
        """The inverse of `encrypt`."""
        update, low, half, unread = _block_cipher(self._key).update, self._low, self._half, self._unread
        as_number = int.from_bytes
        for head, modulus in reversed(self._rounds):
            block = update(head + (low ^ left).to_bytes(half))
            left, right = (right - (as_number(block) >> unread)) % modulus, left
        return left, right

    def encrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """`encrypt` of many texts at once, a half of each in either array: ten passes of AES in all.

        Raises ValueError unless both halves have the same 25 to 32 bits, whose every value is a text.
        """
        mask, rounds = self._mask(), self._many(len(left))
        for number in range(_ROUNDS):
            left, right = right, (left + rounds(number, right)) & mask
        return left, right

    def decrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """The inverse of `encrypt_many`."""
        mask, rounds = self._mask(), self._many(len(left))
        for number in reversed(range(_ROUNDS)):
            left, right = (right - rounds(number, left)) & mask, left
        return left, right

    def _mask(self) -> np.uint32:
        """What to & for the standard's modulo: possible where that is a power of two up to 2**32."""
        modulus, other = self._moduli
        if self._half != 4 or modulus != other or modulus & (modulus - 1):
            raise ValueError(
                f"FF1 in bulk takes halves of the same 25 to 32 bits, found {modulus} and {other}"
            )
        return np.uint32(modulus - 1)

    def _many(self, count: int) -> "_Rounds":
        return _Rounds(_block_cipher(self._key), self._start, count)


class _Rounds:
    """The blocks of many texts, kept from round to round, encrypted in one pass in each."""

    def __init__(self, cipher: CipherContext, start: int, count: int) -> None:
        self._update = cipher.update_into
        self._start = np.frombuffer(start.to_bytes(_BLOCK), _WORD)
        self._blocks = np.empty((count, _WORDS), _WORD)
        self._blocks[:] = self._start
        size = self._blocks.nbytes
        self._room = np.empty(size + _BLOCK - 1, np.uint8)  # update_into asks for nearly one block more
        self._answers = self._room[:size].view(_WORD).reshape(count, _WORDS)

    def __call__(self, number: int, half: Numbers) -> Numbers:
        """What this round adds, modulo 2**32, to the other halves."""
        self._blocks[:, _ROUND_WORD] = self._start[_ROUND_WORD] ^ number
        self._blocks[:, _HALF_WORD] = self._start[_HALF_WORD] ^ half
        self._update(self._blocks.view(np.uint8).ravel().data, self._room.data)
        return self._answers[:, _ANSWER_LOW].astype(np.uint32)
