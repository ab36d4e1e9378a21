"""Certificates and what stands behind them: entered, approved, decided, renewed, judged beside goods."""
