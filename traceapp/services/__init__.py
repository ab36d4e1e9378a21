"""Use cases: one function an act, session first, no commit, no request, no clock."""
