package millrace.orders;

import millrace.events.OrderEvent;

/**
 * An event to be inserted into the history, which is the inbox as well: the row records that the transaction has been
 * applied.
 *
 * @param isFirst true for the first transaction of its source and id; every other is refused
 * @param json the event as it is published
 */
record NewHistoryEntry(Transaction transaction, boolean isFirst, OrderEvent event, byte[] json) {}
