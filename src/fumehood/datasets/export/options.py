"""What an export shall be. Only what changes the bytes: how many do the work, and where, is said to `running`."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from fumehood.core.errors import BadSetting

Bits = Literal[8, 16, 32]
Genes = Literal["files", "shards", "both", "none"]
Naming = Literal["name", "index"]

MEMORY: Final = 1 << 30


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    genes: Genes = "files"
    """One file for each gene, as cellucid reads them; shards of sparse genes, which are smaller; or both."""
    gene_bits: Bits = 8
    column_bits: Bits = 16
    """Of continuous columns of `obs`. 32 are floats, as they are."""
    gzip: int = 6
    """0: no file is compressed."""
    naming: Naming = "name"
    """Files after columns and genes (cellucid 0.0.9), or after their numbers (0.9.1 and 0.9.2)."""
    only_genes: tuple[str, ...] | None = None
    only_columns: tuple[str, ...] | None = None
    id: str = ""
    name: str = ""
    description: str = ""
    source: str = ""
    url: str = ""
    citation: str = ""
    with_page: bool = False
    """The viewer's page goes into the folder, too."""
    memory: int = MEMORY
    """What turning the matrix around may hold at once; above it scratch files are written."""

    def __post_init__(self) -> None:
        if not 0 <= self.gzip <= 9:
            raise BadSetting(f"gzip has levels from 1 to 9, and 0 for none; {self.gzip} is no level.")
        if self.with_page and self.genes == "shards":
            raise BadSetting("The page on a plain host reads files of genes, not shards.", hint="Say --genes both.")
        if self.memory < 0:
            raise BadSetting("Less memory than none cannot be had.")

    @property
    def suffix(self) -> str:
        return ".gz" if self.gzip else ""


def ending(bits: Bits) -> str:
    return {8: "u8", 16: "u16", 32: "f32"}[bits]


def kind(bits: Bits) -> str:
    return {8: "uint8", 16: "uint16", 32: "float32"}[bits]
