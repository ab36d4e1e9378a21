"""Stamps, labels and barcodes: plain data in, bytes out.

The press of the house. It knows millimetres, printer dots and symbols, and nothing of accounts, lots or
the web: whoever calls it hands over text and gets PDF, SVG, PNG or printer bytes back. What it refuses it
refuses with a `labels.errors.LabelError`, a code and the facts, so that the caller may say it in the
reader's own language. `python -m labels` prints a sample sheet.
"""
