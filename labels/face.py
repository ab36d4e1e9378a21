"""What a product label says: the fields of its face and the fixed words around them.

Nghị định 43/2017/NĐ-CP and 111/2021/NĐ-CP say which of them a product needs; the registry checks that. Here a
field is only text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from labels.typeset import compose


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The fixed words of a label, in the label's language."""

    producer: str = "SX:"
    origin: str = "Xuất xứ:"
    ingredients: str = "Thành phần:"
    lot: str = "Số lô"
    made: str = "NSX"
    packed: str = "NĐG"
    expires: str = "HSD"
    certificates: str = "Chứng nhận"
    storage: str = "Bảo quản:"
    scan: str = "Quét để truy xuất"
    demo: str = "MINH HỌA"


@dataclass(frozen=True, slots=True)
class LabelFace:
    """What a label says; days are text as they shall stand; an empty field takes no room."""

    name: str
    net_content: str = ""
    alcohol: str = ""
    producer: str = ""
    address: str = ""
    origin: str = ""
    ingredients: str = ""
    lot: str = ""
    made_on: str = ""
    packed_on: str = ""
    expires_on: str = ""
    storage: str = ""
    certificates: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    gtin: str = ""
    stamp_uri: str = ""
    demo: bool = False
    words: LabelWords = field(default_factory=LabelWords)

    def composed(self) -> LabelFace:
        """The face in NFC; raises GlyphMissing naming the field."""
        plain = [part.name for part in fields(self) if isinstance(getattr(self, part.name), str)]
        clean: dict[str, object] = dict(compose({name: getattr(self, name) for name in plain}))
        for name in ("certificates", "marks", "warnings"):
            numbered = compose({f"{name}.{at}": text for at, text in enumerate(getattr(self, name))})
            clean[name] = tuple(numbered.values())
        return LabelFace(**{**clean, "demo": self.demo, "words": self.words})  # type: ignore[arg-type]  # own fields
