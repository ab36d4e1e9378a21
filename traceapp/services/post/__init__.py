"""Letters to people: what is due, put in the outbox once, worded, carried."""
