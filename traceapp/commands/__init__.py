"""The rooms of the `traceapp` command, one for each subject, and what they share (`ground`)."""
