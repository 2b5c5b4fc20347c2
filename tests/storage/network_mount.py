"""A real mount of a network file system's kind, as far as the kernel knows: FUSE, answered by a thread of the test.

The answers are those of Linux' include/uapi/linux/fuse.h, version 7.31: an empty folder.
"""

import ctypes
import errno
import os
import stat
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_DETACH = 2
_REQUEST = struct.Struct("=IIQQIIII")  # its length, what is asked, its number; of which node, and by whom
_ANSWER = struct.Struct("=IiQ")
_ASKED_AT_ONCE = 1 << 17
_LOOKUP, _FORGET, _GETATTR, _STATFS, _INIT, _ACCESS, _FORGET_MANY = 1, 2, 3, 17, 26, 34, 42
_HELLO = struct.pack("=IIIIHHIIHHI28x", 7, 31, 0, 0, 1, 1, 4096, 1, 0, 0, 0)
_FOLDER = struct.pack("=QIIQQQQQQIIIIIIIIII", 0, 0, 0, 1, *[0] * 8, stat.S_IFDIR | 0o755, 2, 0, 0, 0, 4096, 0)
_ROOM = struct.pack("=QQQQQIIII24x", 10**6, 10**6, 10**6, 10**6, 10**6, 4096, 255, 4096, 0)
_ANSWERS = {_GETATTR: _FOLDER, _STATFS: _ROOM, _INIT: _HELLO, _ACCESS: b""}


def _serve(device: int) -> None:
    """Answer until it is unmounted."""
    while True:
        try:
            asked = os.read(device, _ASKED_AT_ONCE)
        except OSError:
            return
        _, what, number, *_ = _REQUEST.unpack_from(asked)
        if what in {_FORGET, _FORGET_MANY}:
            continue
        body = _ANSWERS.get(what)
        error = 0 if body is not None else -errno.ENOENT if what == _LOOKUP else -errno.ENOSYS
        os.write(device, _ANSWER.pack(_ANSWER.size + len(body or b""), error, number) + (body or b""))


@contextmanager
def mounted(folder: Path, kind: str = "fuse.sshfs") -> Iterator[bool]:
    """Mount one on a folder; yields whether this machine lets us."""
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        yield False
        return
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    place = os.fsencode(folder)
    if _LIBC.mount(b"server:/export", place, kind.encode(), 0, options) != 0:
        os.close(device)
        yield False
        return
    answering = threading.Thread(target=_serve, args=[device])
    answering.start()
    try:
        yield True
    finally:
        _LIBC.umount2(place, _DETACH)
        answering.join()
        os.close(device)
