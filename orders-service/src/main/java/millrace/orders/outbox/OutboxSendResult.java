package millrace.orders.outbox;

import java.util.List;
import java.util.Map;

/**
 * What became of rows of the outbox.
 *
 * @param confirmed ids of the rows that the broker has
 * @param refused why a row can never be sent, by its id
 * @param failed why a channel cannot be written now, by its name; its other rows have to be sent again
 */
record OutboxSendResult(List<Long> confirmed, Map<Long, String> refused, Map<String, Throwable> failed) {
    static final OutboxSendResult NOTHING = new OutboxSendResult(List.of(), Map.of(), Map.of());
}
