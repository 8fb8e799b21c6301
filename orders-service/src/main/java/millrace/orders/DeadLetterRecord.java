package millrace.orders;

import java.util.LinkedHashMap;
import millrace.events.Channels;
import millrace.orders.outbox.OutboxMessage;

/** A record that can never be applied, as it goes to {@code transactions-dlq}: byte for byte, with where it lay and why. */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static OutboxMessage of(Arrival arrival, String reason) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("dead-letter-reason", reason);
        headers.put("dead-letter-channel", Channels.TRANSACTIONS.name());
        headers.put("dead-letter-partition", Integer.toString(arrival.partition()));
        headers.put("dead-letter-offset", Long.toString(arrival.offset()));
        return new OutboxMessage(Channels.TRANSACTIONS_DLQ.name(), arrival.key(), headers, arrival.value());
    }
}
