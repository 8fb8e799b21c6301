package millrace.orders.outbox;

/**
 * A row of the outbox as the relay reads it.
 *
 * @param behind true where an earlier record of its channel and key is set aside: this one is set aside, too
 */
record OutboxRow(long id, OutboxMessage message, boolean behind) {}
