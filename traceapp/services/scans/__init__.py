"""Openings of stamps: counted, folded, watched for contradictions."""
