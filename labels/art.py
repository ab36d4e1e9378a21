"""What a stamp says: its words, and the places its serial may stand in.

>>> grouped("7K3M9QX2TZ4B")
'7K3M-9QX2-TZ4B'
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from labels.drawing import Anchor, Text, arc_text
from labels.typeset import compose


@dataclass(frozen=True, slots=True)
class StampArt:
    """What a stamp says besides its symbol and serial.

    `demo` prints the word that keeps demonstration numbers off real goods, `test` the one of a test sheet;
    `pin` asks for a box with the stamp's PIN, which a scratch label covers.
    """

    name: str
    net_content: str = ""
    caption: str = "Quét để truy xuất"
    registry: tuple[str, str] = ("Truy xuất", "Lạng Sơn")
    demo: bool = False
    test: bool = False
    pin: bool = False
    demo_word: str = "MINH HỌA"
    test_word: str = "MẪU"
    pin_word: str = "Mã cào"

    @property
    def flag(self) -> str:
        """The warning word across the stamp, or nothing; a test sheet's word comes first."""
        return self.test_word if self.test else self.demo_word if self.demo else ""

    def composed(self) -> StampArt:
        """The art in NFC; raises GlyphMissing."""
        words = {"name": self.name, "net_content": self.net_content, "caption": self.caption}
        first, second = self.registry
        clean = compose({**words, "registry": first, "registry_2": second, "flag": self.flag})
        return replace(
            self,
            name=clean["name"],
            net_content=clean["net_content"],
            caption=clean["caption"],
            registry=(clean["registry"], clean["registry_2"]),
        )


@dataclass(frozen=True, slots=True)
class SerialLine:
    """Where a serial stands: all of it, or one group of four; straight, or bent round `centre`.

    `pin` makes it the place of the stamp's PIN, in one piece, inside a box of `box` mm (width, height).
    """

    x: float
    y: float
    em: float
    limit: float
    group: int | None = None
    anchor: Anchor = "start"
    radius: float = 0.0
    middle: float = 180.0
    pin: bool = False
    box: tuple[float, float] = (0.0, 0.0)

    def set(self, serial: str, pin: str = "") -> tuple[Text, ...]:
        """The marks of the serial, or of the PIN where the place is its own."""
        text = grouped(serial) if self.group is None else serial[self.group * 4 : self.group * 4 + 4]
        if self.pin:
            text = pin
        if self.radius:
            return arc_text(
                (self.x, self.y),
                self.radius,
                text,
                em=self.em,
                middle=self.middle,
                outward=False,
                weight=600,
                limit=self.limit,
            )
        return (Text(self.x, self.y, text, self.em, 600, self.anchor, self.limit),)


def grouped(serial: str) -> str:
    """The serial in groups of four, as `traceapp.domain.serials.shown`, which labels may not import."""
    return "-".join(serial[start : start + 4] for start in range(0, len(serial), 4))
