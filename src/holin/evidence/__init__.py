"""Evidence: files behind a bill or a passport in one signed archive, which can be checked offline."""

from holin.evidence.archive import Archive, Checked, check_archive, read_archive, write_archive

__all__ = ["Archive", "Checked", "check_archive", "read_archive", "write_archive"]
