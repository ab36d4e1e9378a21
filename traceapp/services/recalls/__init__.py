"""Holds and recalls: begun, extended, ended, told to holders and to everybody."""
