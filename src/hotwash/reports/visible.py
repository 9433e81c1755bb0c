"""A person's words made fit for a page, whatever the format."""

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def visible(words: str) -> str:
    """The words with every hidden control written out as ``[U+202E]``.

    Marks that turn the direction of reading could make a line say something else than the record does. Tabs become
    blanks; line breaks stay.
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _HIDDEN.sub(lambda hidden: f"[U+{ord(hidden[0]):04X}]", words)
