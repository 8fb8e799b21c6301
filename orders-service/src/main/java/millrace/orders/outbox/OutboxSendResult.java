package millrace.orders.outbox;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Result of sending rows of the outbox.
 *
 * @param confirmed ids of the rows that the broker has confirmed
 * @param refused reason for each row that can never be sent, by its id
 * @param failed failure of each channel that cannot be written now, by its name; its other rows are sent again
 * @param unsure ids of the rows that were sent and not answered: they are on the channel or not, and are sent again
 */
record OutboxSendResult(
        List<Long> confirmed, Map<Long, String> refused, Map<String, Throwable> failed, Set<Long> unsure) {}
