package millrace.orders;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import millrace.events.Channels;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.outbox.OutboxMessage;

/**
 * Creates the record on {@code transactions-dlq} for a record that can never be applied: the same bytes, with headers
 * for its origin and the reason. If that exceeds the size of a record, the value is left out, and then a key that is
 * too long as well; the row in {@code dead_letters} has both.
 */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static OutboxMessage of(InboundRecord record, String reason) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("dead-letter-id", record.deadLetterId());
        headers.put("dead-letter-reason", DeadLetter.shortened(reason));
        headers.put("dead-letter-channel", Channels.TRANSACTIONS.name());
        headers.put("dead-letter-partition", Integer.toString(record.partition()));
        headers.put("dead-letter-offset", Long.toString(record.offset()));
        var whole = new OutboxMessage(Channels.TRANSACTIONS_DLQ.name(), record.key(), headers, record.value());
        return whole.bytes() <= OutboxMessage.LARGEST ? whole : withoutValue(whole);
    }

    private static OutboxMessage withoutValue(OutboxMessage whole) {
        whole.headers().put("dead-letter-bytes", Integer.toString(whole.value() == null ? 0 : whole.value().length));
        var message = new OutboxMessage(whole.channel(), whole.key(), whole.headers(), new byte[0]);
        if (message.bytes() <= OutboxMessage.LARGEST) {
            return message;
        }
        var hash = DeadLetters.hash(whole.key());
        whole.headers().put("dead-letter-key-sha256", HexFormat.of().formatHex(hash));
        return new OutboxMessage(whole.channel(), hash, whole.headers(), new byte[0]);
    }
}
