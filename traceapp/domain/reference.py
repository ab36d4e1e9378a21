"""Kinds of things the registry refers to: administrative units, standards, schemes, rights in a name.

>>> UnitLevel.COMMUNE.value, IP_RIGHT_KINDS[IpRightKind.COLLECTIVE_MARK]
('commune', 'nhãn hiệu tập thể')
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.words import N_


class UnitLevel(StrEnum):
    """Tiers of administration; the district tier ended on 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    DISTRICT_LEVEL_CITY = "district_level_city"
    COMMUNE = "commune"


class StandardKind(StrEnum):
    """Families of standards a product may follow."""

    TCVN = "TCVN"
    QCVN = "QCVN"
    ISO = "ISO"
    TCCS = "TCCS"
    OTHER = "other"


STANDARD_KINDS: Final[Mapping[StandardKind, str]] = MappingProxyType(
    {
        StandardKind.TCVN: N_("TCVN (tiêu chuẩn quốc gia)"),
        StandardKind.QCVN: N_("QCVN (quy chuẩn kỹ thuật quốc gia)"),
        StandardKind.ISO: N_("ISO (tiêu chuẩn quốc tế)"),
        StandardKind.TCCS: N_("TCCS (tiêu chuẩn cơ sở)"),
        StandardKind.OTHER: N_("Tiêu chuẩn khác"),
    }
)


class SchemeFamily(StrEnum):
    """What a certification scheme certifies."""

    MANAGEMENT_SYSTEM = "management_system"
    PROCESS = "process"
    PRODUCT = "product"
    ORIGIN = "origin"


class Activity(StrEnum):
    """What the scope of a certificate says is done."""

    GROWING = "growing"
    HUSBANDRY = "husbandry"
    AQUACULTURE = "aquaculture"
    GATHERING = "gathering"
    PREPARING = "preparing"
    PROCESSING = "processing"
    PACKING = "packing"
    STORING = "storing"
    TRADING = "trading"


ACTIVITIES: Final[Mapping[Activity, str]] = MappingProxyType(
    {
        Activity.GROWING: N_("trồng trọt"),
        Activity.HUSBANDRY: N_("chăn nuôi"),
        Activity.AQUACULTURE: N_("nuôi trồng thủy sản"),
        Activity.GATHERING: N_("thu hái"),
        Activity.PREPARING: N_("sơ chế"),
        Activity.PROCESSING: N_("chế biến"),
        Activity.PACKING: N_("đóng gói"),
        Activity.STORING: N_("bảo quản"),
        Activity.TRADING: N_("kinh doanh"),
    }
)


class IpRightKind(StrEnum):
    """Rights in the name of a place or a group."""

    GEOGRAPHICAL_INDICATION = "geographical_indication"
    CERTIFICATION_MARK = "certification_mark"
    COLLECTIVE_MARK = "collective_mark"


IP_RIGHT_KINDS: Final[Mapping[IpRightKind, str]] = MappingProxyType(
    {
        IpRightKind.GEOGRAPHICAL_INDICATION: N_("chỉ dẫn địa lý"),
        IpRightKind.CERTIFICATION_MARK: N_("nhãn hiệu chứng nhận"),
        IpRightKind.COLLECTIVE_MARK: N_("nhãn hiệu tập thể"),
    }
)
