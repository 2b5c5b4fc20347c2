"""A database on a network file system is refused: by `check`, and by a bot."""

from pathlib import Path

import pytest

from bot.domain.errors import FolderUnusable
from bot.storage.file_systems import network_of
from bot.storage.thread import Store
from bot.storage.writable import unusable
from tests.storage.network_mount import mounted

# As the kernel writes it (proc_pid_mountinfo(5)), with an optional field more and less.
LINES = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:40 / /mnt/far rw,relatime shared:2 master:1 - {kind} server:/export rw
41 40 8:1 / /mnt/far/near rw - xfs /dev/sda1 rw
42 27 0:41 / /mnt/with\\040space rw - {kind} server:/export rw
43 27 0:42 / /mnt/over rw - {kind} server:/export rw
44 27 8:2 / /mnt/over rw - ext4 /dev/sdb rw
"""


@pytest.fixture
def mounts(tmp_path):
    def write(kind):
        (tmp_path / "mountinfo").write_text(LINES.format(kind=kind))
        return tmp_path / "mountinfo"

    return write


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("nfs", "NFS"),
        ("nfs4", "NFS"),
        ("cifs", "SMB"),
        ("smb3", "SMB"),
        ("9p", "9p"),
        ("fuse.sshfs", "SSHFS"),
        ("fuse.glusterfs", "GlusterFS"),
        ("ceph", "CephFS"),
        ("lustre", "Lustre"),
        ("ext4", None),
        ("overlay", None),
        ("fuse.ntfs-3g", None),
        ("virtiofs", None),
    ],
)
def test_its_type_says_which(mounts, kind, name, tmp_path):
    listed = mounts(kind)
    far = Path
    assert network_of(far("/mnt/far"), listed) == name
    assert network_of(far("/mnt/far/of/a/bot"), listed) == name
    assert network_of(far("/mnt/with space/data"), listed) == name


def test_the_mount_that_is_seen_decides(mounts):
    listed = mounts("nfs4")
    path = Path
    assert network_of(path("/mnt/far/near/data"), listed) is None
    assert network_of(path("/mnt/farther"), listed) is None
    assert network_of(path("/mnt/over/data"), listed) is None
    assert network_of(path("/var/lib"), listed) is None
    assert network_of(path("/var/lib"), listed.with_name("none")) is None


def test_a_link_to_one_is_one(mounts, tmp_path):
    (tmp_path / "link").symlink_to("/mnt/far/data")
    assert network_of(tmp_path / "link", mounts("nfs")) == "NFS"


async def test_a_bot_refuses_a_real_one_and_names_the_remedy(tmp_path):
    (tmp_path / "far").mkdir()
    with mounted(tmp_path / "far") as is_real:
        if not is_real:
            return
        for folder in (tmp_path / "far", tmp_path / "far" / "data"):
            wrong = unusable(folder / "seedreel.db")
            assert "is on a network file system (SSHFS)" in str(wrong)
            assert "this machine's own disk" in str(wrong)
            with pytest.raises(FolderUnusable):
                async with Store(folder / "seedreel.db"):
                    pass
