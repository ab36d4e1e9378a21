"""Who is acting, as the services see it: an account, the party it acts for, its roles there.

>>> clerk = Actor(account_id=1, account="A1B2C3D4", party_id=7, roles=frozenset({Role.MANAGER}))
>>> clerk.has(Role.INSPECTOR)
False
"""

from dataclasses import dataclass

from traceapp.domain.permissions import Act, Role, check_may


@dataclass(frozen=True, slots=True)
class Actor:
    """An account in one of its capacities. ``account`` is its public id: the only name the journal keeps."""

    account_id: int
    account: str
    party_id: int | None
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of these roles."""
        return not self.roles.isdisjoint(roles)

    def must(self, act: Act) -> None:
        """Raise NotAllowed unless one of the roles carries the act."""
        check_may(self.roles, act)
