"""Texts of ours as XHTML blocks, and XHTML of anyone as text: paragraphs apart by an empty line, spacing kept in
``pre``."""

import re
from xml.etree.ElementTree import Element, SubElement

from rest.assessment.qti.safe_xml import Node

ANSWER = "lyceum-answer"
"""Class of the block that holds the field and its unit: part of the form, not of the text."""

BLOCKS = frozenset(
    ["p", "div", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr", "caption", "prompt"]
)
SKIPPED = frozenset(["feedbackInline", "feedbackBlock", "modalFeedback", "rubricBlock", "object", "math"])

_SPACING = re.compile(r"  |\A[ \t\n]|[ \t\n]\Z|\t|\n[ \t\n]|[ \t]\n")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHITE = re.compile(r"[ \t\r\n]+")


def clean(text: str) -> str:
    """``text`` without the control characters that XML cannot hold, and with one kind of line end."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def write_blocks(parent: Element, text: str) -> None:
    """A block for each paragraph of ``text``."""
    for paragraph in clean(text).split("\n\n"):
        if _SPACING.search(paragraph):
            SubElement(parent, "pre").text = paragraph
        else:
            write_lines(SubElement(parent, "p"), paragraph)


def write_inline(parent: Element, text: str) -> None:
    """``text`` straight into ``parent``, or in a ``pre`` when its spacing matters."""
    plain = clean(text)
    if _SPACING.search(plain):
        SubElement(parent, "pre").text = plain
    else:
        write_lines(parent, plain)


def write_lines(parent: Element, text: str) -> None:
    parent.text, *more = text.split("\n")
    for line in more:
        SubElement(parent, "br").tail = line


def read_text(node: Node) -> str:
    """The text of ``node``: what a person reads, without fields and feedback; a field within a sentence is a gap."""
    blocks: list[str] = []
    inline: list[str] = []
    _read(node, blocks, inline)
    _flush(blocks, inline)
    return "\n\n".join(blocks)


def _read(node: Node, blocks: list[str], inline: list[str]) -> None:
    for part in node.content:
        if isinstance(part, str):
            inline.append(_WHITE.sub(" ", part))
        elif part.tag == "br":
            inline.append("\n")
        elif part.tag == "img":
            inline.append(f"[{part.attributes.get('alt') or 'image'}]")
        elif part.tag in {"textEntryInteraction", "inlineChoiceInteraction"}:
            inline.append("____")
        elif part.tag not in SKIPPED and not part.tag.endswith("Interaction"):
            _read_element(part, blocks, inline)


def _read_element(node: Node, blocks: list[str], inline: list[str]) -> None:
    if node.tag not in BLOCKS:
        _read(node, blocks, inline)
        return
    _flush(blocks, inline)
    if node.attributes.get("class") == ANSWER:
        return
    if node.tag == "pre":
        blocks.append(node.text())
    elif any(c.tag in BLOCKS for c in node.children()):
        _read(node, blocks, inline)
    else:
        _read(node, blocks, inline)
        _flush(blocks, inline, even_empty=not node.find("textEntryInteraction"))


def _flush(blocks: list[str], inline: list[str], even_empty: bool = False) -> None:
    text = "\n".join(line.strip(" ") for line in _WHITE_LINES.sub("\n", "".join(inline)).split("\n")).strip("\n")
    inline.clear()
    if text or even_empty:
        blocks.append(text)


_WHITE_LINES = re.compile(r" *\n *")
