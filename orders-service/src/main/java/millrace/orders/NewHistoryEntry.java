package millrace.orders;

import millrace.events.OrderEvent;

/**
 * An event of an order that is added to the history, and by that the memory that its transaction has been applied.
 *
 * @param isFirst whether it is the first of its source and id; every other is refused
 * @param json the event as it is written on the channel
 */
record NewHistoryEntry(Transaction transaction, boolean isFirst, OrderEvent event, byte[] json) {}
