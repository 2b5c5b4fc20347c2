"""On which kind of file system a folder lies, and why SQLite's log and our lock can't be kept on some.

"Write-Ahead Logging" in SQLite's documentation: all processes that use a database must be on the same host computer,
for they share memory that is mapped from a file; over a network file system that does not work. flock(2) is either not
known there, or known to one machine alone ("How To Corrupt An SQLite Database File", 2.1). A second machine would then
work on the same rows, with a lock of its own.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")

# By the type in mountinfo (proc_pid_mountinfo(5)): of FUSE, `fuse.` and what the mount calls itself.
_NETWORK: Final[Mapping[str, str]] = {
    # nfs(5): what a client has mapped is checked against the server at its next open; flock(2) is a byte range's lock,
    # and with `nolock` or `local_lock` none that another client sees.
    "nfs": "NFS",
    "nfs4": "NFS",
    # flock(2), NOTES, "CIFS details": before Linux 5.5 not told to the server, and never with `nobrl` (mount.cifs(8)).
    "cifs": "SMB",
    "smb3": "SMB",
    "smbfs": "SMB",
    # Linux, Documentation/filesystems/9p.rst: `cache=none`, the default, can't be mapped; others aren't coherent.
    "9p": "9p",
    # libfuse, fuse.h, `flock`: where a file system doesn't have it, the kernel keeps locks on this machine alone; sshfs
    # has none (sshfs(1), CAVEATS).
    "fuse.sshfs": "SSHFS",
    # rclone's "mount", "VFS File Caching", and s3fs(1), LIMITATIONS: no coordination between clients.
    "fuse.rclone": "rclone",
    "fuse.s3fs": "S3",
    # Gluster's "Setting Up Clients": mapped files are each client's own (`direct-io-mode`, quick-read and io-cache).
    "glusterfs": "GlusterFS",
    "fuse.glusterfs": "GlusterFS",
    # Ceph's "Differences from POSIX": shared writable maps of several clients are not coherent.
    "ceph": "CephFS",
    "fuse.ceph": "CephFS",
    "fuse.ceph-fuse": "CephFS",
    # Linux, Documentation/filesystems/afs.rst: what is written is stored at the close; flock(2) is the whole file's.
    "afs": "AFS",
    # Lustre's manual, "Mounting": without the option `flock`, the default, locks are refused.
    "lustre": "Lustre",
    # BeeGFS' "Client tuning", `tuneUseGlobalFileLocks`: off by default, a lock is the client's own.
    "beegfs": "BeeGFS",
    # VirtualBox' manual, "Shared Folders": the host's files can't be mapped to be shared.
    "vboxsf": "VirtualBox",
}


def network_of(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """Name the network file system that a folder lies on, or would if it were made; None on another.

    Also None where the system lists no mounts. Nothing of the folder is opened. Raises OSError.
    """
    if not mounts.exists():
        return None
    # Not `resolve`, which raises another error for a link that leads to itself.
    there = Path(os.path.realpath(folder))
    kind, longest = "", -1
    for point, each in _mounted(mounts.read_text(encoding="utf-8", errors="surrogateescape")):
        # Of two on one place the later one is seen.
        if len(point) >= longest and there.is_relative_to(point):
            kind, longest = each, len(point)
    return _NETWORK.get(kind)


def _mounted(text: str) -> Iterator[tuple[str, str]]:
    """Read where file systems are mounted, and their types, in the order of mounting (proc_pid_mountinfo(5))."""
    for line in text.splitlines():
        mount, _, source = line.partition(" - ")
        yield _unescaped(mount.split(" ")[4]), source.split(" ")[0]


def _unescaped(path: str) -> str:
    """Read the four characters that the kernel writes as octal numbers."""
    for code, character in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        path = path.replace(code, character)
    return path
