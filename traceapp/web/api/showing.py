"""From a row to the shape that leaves the house; what is personal has no field to leave by."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from flask import Response, current_app
from pydantic import BaseModel

from traceapp import models
from traceapp.domain.certificates import RecordState
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import Gtin, LotNumber
from traceapp.domain.stamps import StampRange
from traceapp.extensions import reader
from traceapp.services.public import passport, publishing
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.restraints import restraints as in_force
from traceapp.services.recalls.restraints import struck, told
from traceapp.services.vouching import chains
from traceapp.web.api import decision_shapes, shapes
from traceapp.web.languages import today


def answer(shape: BaseModel) -> Response:
    """A shape as JSON."""
    return Response(shape.model_dump_json(), content_type="application/json")


def uri_of(path: KeyPath) -> str:
    """A key as the whole address that stands in codes."""
    return f"{current_app.extensions['settings'].public_base_url}{path.path()}"


def names(told: passport.Names) -> shapes.Names:
    """Names in the languages they are known in."""
    return shapes.Names(vi=told.vi, en=told.en, zh=told.zh)


def party(row: models.Party) -> shapes.Party:
    """A party without its telephone, mail and tax code."""
    told = publishing.producer(row, today())
    return shapes.Party(
        public_id=told.public_id,
        kind=told.kind,
        names=names(told.names),
        address=told.address,
        gln=told.gln,
        demo=told.demo,
        source_url=told.source_url,
    )


def trade_items(rows: Sequence[models.TradeItem]) -> list[shapes.TradeItem]:
    """Several products: what strikes them is read for all of them."""
    found = struck(reader(), rows, ())
    return [_trade_item(row, map(told, found.on(row))) for row in rows]


def trade_item(row: models.TradeItem) -> shapes.TradeItem:
    """A product."""
    return _trade_item(row, in_force(reader(), row, None, None, None))


def _trade_item(row: models.TradeItem, restraints: Iterable[passport.Restraint]) -> shapes.TradeItem:
    return shapes.TradeItem(
        public_id=row.public_id,
        uri=uri_of(publishing.item_path(row)),
        gtin=Gtin(row.gtin).shown if row.gtin else None,
        registry_number=row.registry_number,
        level=row.level,
        names=names(publishing.item_names(row)),
        category=row.category,
        brand=row.brand,
        net_content=decimal(row.net_content),
        net_unit=row.net_unit,
        alcohol_percent=decimal(row.alcohol_percent),
        ingredients=row.ingredients,
        storage=row.storage,
        warnings=row.warnings,
        standards=[standard.number for standard in row.standards],
        producer=party(row.party),
        restraints=standing(restraints),
        demo=row.demo,
        source_url=row.source_url,
    )


def lots(rows: Sequence[models.Lot]) -> list[shapes.Lot]:
    """Several lots: what strikes them is read for all of them."""
    found = struck(reader(), (), rows)
    return [_lot(row, map(told, found.on(row.trade_item, row))) for row in rows]


def lot(row: models.Lot) -> shapes.Lot:
    """A lot with its place."""
    return _lot(row, in_force(reader(), row.trade_item, row, None, None))


def _lot(row: models.Lot, restraints: Iterable[passport.Restraint]) -> shapes.Lot:
    path = publishing.item_path(row.trade_item)
    key = KeyPath(gtin=path.gtin, registry_number=path.registry_number, lot=LotNumber.parse(row.code))
    return shapes.Lot(
        public_id=row.public_id,
        uri=uri_of(key),
        trade_item=row.trade_item.subject,
        code=row.code,
        made_on=row.made_on,
        packed_on=row.packed_on,
        expires_on=row.expires_on,
        quantity=decimal(row.quantity),
        unit=row.unit,
        place=_place(publishing.site(row.place, today())) if row.place else None,
        restraints=standing(restraints),
    )


def _place(site: passport.Site) -> shapes.Place:
    return shapes.Place(
        public_id=site.public_id, names=names(site.names), gln=site.gln, admin_units=list(site.units)
    )


def certificate(row: models.Certificate, on: date, standing: chains.Standing) -> shapes.Certificate:
    """A certificate judged on a day, its chain on its day of issue."""
    edition = row.edition_notice(on)
    return shapes.Certificate(
        public_id=row.public_id,
        number=row.number,
        scheme=row.scheme.code,
        scheme_names=names(publishing.scheme_names(row.scheme)),
        standard=row.standard,
        body=names(publishing.party_names(row.body, today())),
        holder=party(row.holder),
        scope=row.scope_text,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        status=shapes.status_shape(row.status_on(on), on),
        decisions=[_decision(one) for one in row.decisions],
        activities=[one.activity for one in row.activities],
        edition=shapes.Edition(
            newer=edition.newer, transition_until=edition.transition_until, over=edition.over
        )
        if edition
        else None,
        replaces=_published(row.replaces),
        replaced_by=_published(row.successor_on(on)),
        evidence_sha256=[one.sha256 for one in row.evidence],
        chain=_chain(standing),
        demo=row.demo,
    )


def _decision(row: models.CertificateDecision) -> decision_shapes.Decision:
    return decision_shapes.Decision(
        sequence=row.sequence,
        kind=row.kind,
        from_on=row.from_on,
        reason=row.reason,
        mistake=_mistake(row.mistake) if row.mistake else None,
    )


def _mistake(row: models.DecisionMistake) -> decision_shapes.DecisionMistake:
    return decision_shapes.DecisionMistake(marked_on=today_in_vietnam(row.created_at), reason=row.reason)


def _chain(standing: chains.Standing) -> shapes.Chain:
    chain, lapse = standing.chain, standing.lapse
    return shapes.Chain(
        verdict=chain.verdict,
        reason=chain.reason,
        accreditation=chain.accreditation.number if chain.accreditation else None,
        accreditor=chain.accreditation.accreditor if chain.accreditation else None,
        scope=chain.scope,
        day=chain.day,
        lapse=lapse.reason if lapse else None,
        lapsed_on=lapse.day if lapse else None,
    )


def _published(other: models.Certificate | None) -> str | None:
    """The public id of a linked certificate that the province has approved."""
    approved = other is not None and other.record_state is RecordState.APPROVED
    return other.public_id if other is not None and approved else None


def recall(row: models.Restriction) -> shapes.Recall:
    """A recall."""
    about = recall_scope.about_of(row)
    lot = about.lot or (about.run.lot if about.run else None)
    return shapes.Recall(
        public_id=row.public_id,
        page=f"{current_app.extensions['settings'].public_base_url}/recalls/{row.public_id}",
        about=about.kind,
        reason=row.reason,
        told=row.told,
        decision_number=row.decision_number,
        since=row.from_at or row.created_at,
        ended_at=row.lifted_at,
        ending=row.ending,
        trade_item=about.item.subject,
        names=names(publishing.item_names(about.item)),
        lot=lot.code if lot else None,
        stamps=stamps(about),
        demo=row.demo,
    )


def stamps(about: recall_scope.About) -> shapes.RecalledStamps | None:
    """A stretch of stamps, by their numbers in the run."""
    if about.run is None:
        return None
    stretch = about.stretch or StampRange(0, about.run.count)
    return shapes.RecalledStamps(run=about.run.public_id, first=stretch.first + 1, last=stretch.last + 1)


def standing(found: Iterable[passport.Restraint]) -> list[shapes.Standing]:
    """Holds and recalls in force."""
    return [
        shapes.Standing(
            public_id=one.public_id,
            kind=one.kind,
            about=one.about,
            reason=one.reason,
            since=one.from_at,
            decision_number=one.decision_number,
        )
        for one in found
    ]


def decimal(number: Decimal | None) -> str | None:
    """A number as text, so that no digit is lost."""
    return None if number is None else f"{number.normalize():f}"
