package millrace.audit.ledger;

import java.time.Instant;

/** A channel and a minute of its records' timestamps: the key of a line of the ledger. */
record ChannelMinute(String channel, Instant minute) {}
