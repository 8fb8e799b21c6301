package millrace.audit.ledger;

import java.time.Instant;

/** A channel and a minute of its records' timestamps: what one line of the ledger is about. */
record Place(String channel, Instant minute) {}
