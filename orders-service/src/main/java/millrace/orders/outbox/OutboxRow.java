package millrace.orders.outbox;

/** A row of the outbox as the relay reads it. */
record OutboxRow(long id, OutboxMessage message) {}
