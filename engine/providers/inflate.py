"""
Unpacks a response body as it arrives, within a size limit.
"""

from __future__ import annotations

import zlib

_GZIP = b"\x1f\x8b"
_PLAIN = b'{[":<d \r\n\t'  # how JSON, a page or an event stream begins; no packed body begins so


class Inflater:
    """
    Unpacks gzip (one or several members), zlib and raw deflate; a body that is not packed passes unchanged.

    Args:
        limit: Most bytes of the unpacked body; one more is enough to know that it is too large.
        packed: What Content-Encoding says; a body that begins otherwise is believed more than its header.
    """

    def __init__(self, limit: int, packed: bool) -> None:
        self._limit = limit
        self._packed = packed
        self._stream: zlib._Decompress | None = None
        self._held = b""
        self.body = bytearray()
        self.received = 0

    def __repr__(self) -> str:
        return f"Inflater({self.received} received, {len(self.body)} unpacked)"

    @property
    def is_too_large(self) -> bool:
        """More than the limit arrived, or came out of it."""
        return max(self.received, len(self.body)) > self._limit

    def feed(self, chunk: bytes) -> None:
        """
        Take the next piece.

        Raises:
            zlib.error: it is damaged.
        """
        self.received += len(chunk)
        if self._stream is None:
            chunk = self._held + chunk
            if len(chunk) < len(_GZIP):
                self._held = chunk
                return
            self._held = b""
            self._begin(chunk)
        while chunk and not self.is_too_large:
            chunk = self._unpack(chunk)

    def finish(self) -> bytes:
        """
        The whole body.

        Raises:
            zlib.error: it ends early.
        """
        if self._held:
            self.body += self._held
        if self._stream is not None and self._packed and not self._stream.eof:
            raise zlib.error("the compressed answer ends early")
        return bytes(self.body)

    def _begin(self, chunk: bytes) -> None:
        gzip = chunk.startswith(_GZIP)
        self._packed = gzip or (self._packed and chunk[:1] not in _PLAIN)
        zlib_header = chunk[0] & 0x0F == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
        raw = not gzip and not zlib_header
        self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32)

    def _unpack(self, chunk: bytes) -> bytes:
        """Unpacks a piece; returns what belongs to the next member."""
        if not self._packed or self._stream is None:
            self.body += chunk
            return b""
        if self._stream.eof:  # what follows the last member is padding, unless another one begins
            if not chunk.startswith(_GZIP[: len(chunk)]):
                return b""
            self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self.body += self._stream.decompress(chunk, self._limit + 1 - len(self.body))
        return self._stream.unused_data
