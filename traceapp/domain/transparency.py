"""The journal's tree (RFC 6962, 2.1): one hash that stands for every entry up to a size.

Who wrote size and root down, anywhere else, can later have both worked out anew: an entry that was changed,
taken out, put in or cut off at the end gives another root. Entries that came since change nothing of it.

>>> Tree().root().hex()[:16]
'e3b0c44298fc1c14'
"""

import hashlib


class Tree:
    """Leaves in order, each the hash of an entry. It keeps the roots of whole parts: twenty of a million."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """The next leaf; two parts of one size become one."""
        self.size += 1
        pairs = self.size
        while pairs % 2 == 0:
            leaf, pairs = _node(self._whole.pop(), leaf), pairs // 2
        self._whole.append(leaf)

    def root(self) -> bytes:
        """The 32 bytes that stand for all leaves so far."""
        if not self._whole:
            return hashlib.sha256(b"").digest()
        *larger, found = self._whole
        for part in reversed(larger):
            found = _node(part, found)
        return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
