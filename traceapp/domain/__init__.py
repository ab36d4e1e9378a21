"""The rules of the trade, in plain Python.

Everything a stamp, a lot or a certificate may and may not do is decided here, on small frozen facts, without
a database, a request or a clock: `today` and `now` are parameters. Nothing in this package imports Flask,
SQLAlchemy or labels (import-linter holds that), so each rule can be read, run and doubted by itself.

>>> from datetime import date
>>> from traceapp.domain.identifiers import Gtin
>>> Gtin.parse("9521234000013").value14
'09521234000013'
"""
