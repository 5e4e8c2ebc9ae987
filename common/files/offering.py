"""What a person may attach in a channel: of which kind, how large, with how many words. PURE."""

from __future__ import annotations

from common.channels import Capabilities, OutboundFile
from common.errors import Invalid
from common.files.kinds import Kind, kind_named, kind_of
from common.ids import new_id

MAX_FILE = 10 * 1024 * 1024
"""Bytes of a file that a person attaches, whatever the channel: it is kept in the database until its time is over."""
_LONGEST_STEM = 80


def outbound(content: bytes, name: str) -> OutboundFile:
    """A file as it would go out: its kind by its own bytes, its name without what a name must not have."""
    kind = kind_of(content)
    return OutboundFile(id=new_id("fil"), media_type=kind.media_type, name=_name(name, kind), content=content)


def refuse_unfit(file: OutboundFile, words: str, capabilities: Capabilities) -> None:
    """Raise Invalid unless the channel carries this file with these words.

    Its code is one of: no_files, file_empty, file_kind (with `kinds`), file_large (with `most`, in bytes) and
    caption_long (with `most`, in characters).
    """
    if not capabilities.files:
        raise Invalid("the channel carries no files", [("file", "none here")], code="no_files")
    if not file.content:
        raise Invalid("the file is empty", [("file", "empty")], code="file_empty")
    if file.media_type not in capabilities.files:
        kinds = ", ".join(endings(capabilities))
        raise Invalid(f"the channel carries {kinds}", [("file", kinds)], code="file_kind", facts={"kinds": kinds})
    most = most_bytes(capabilities, file.media_type)
    if len(file.content) > most:
        raise Invalid(f"at most {most} bytes", [("file", "too large")], code="file_large", facts={"most": most})
    if len(words) > capabilities.max_caption:
        why = f"at most {capabilities.max_caption} characters beside a file, not {len(words)}"
        raise Invalid(why, [("text", why)], code="caption_long", facts={"most": capabilities.max_caption})


def most_bytes(capabilities: Capabilities, media_type: str) -> int:
    """How large a file of this type may be there."""
    return min(capabilities.files[media_type], MAX_FILE)


def endings(capabilities: Capabilities) -> list[str]:
    """The kinds that may be attached, as endings of names in capitals: JPG, PNG, PDF."""
    return [kind_named(media_type).ending.upper() for media_type in capabilities.files]


def _name(given: str, kind: Kind) -> str:
    """A name with the ending of what the file is, whatever its sender calls it."""
    bare = given.replace("\\", "/").rpartition("/")[2]
    stem = bare.rpartition(".")[0] or bare
    plain = " ".join("".join(sign if sign.isalnum() or sign in "-_" else " " for sign in stem).split())
    return f"{plain[:_LONGEST_STEM].strip() or 'file'}.{kind.ending}"
