package millrace.orders.consume;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import millrace.events.Channels;
import millrace.events.DeadLetterHeaders;
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
        headers.put(DeadLetterHeaders.ID, record.deadLetterId());
        headers.put(DeadLetterHeaders.REASON, DeadLetter.shortened(reason));
        headers.put(DeadLetterHeaders.CHANNEL, Channels.TRANSACTIONS.name());
        headers.put(DeadLetterHeaders.PARTITION, Integer.toString(record.partition()));
        headers.put(DeadLetterHeaders.OFFSET, Long.toString(record.offset()));
        var whole = new OutboxMessage(Channels.TRANSACTIONS_DLQ.name(), record.key(), headers, record.value());
        return whole.bytes() <= OutboxMessage.LARGEST ? whole : withoutValue(whole);
    }

    private static OutboxMessage withoutValue(OutboxMessage whole) {
        whole.headers()
                .put(DeadLetterHeaders.BYTES, Integer.toString(whole.value() == null ? 0 : whole.value().length));
        var message = new OutboxMessage(whole.channel(), whole.key(), whole.headers(), new byte[0]);
        if (message.bytes() <= OutboxMessage.LARGEST) {
            return message;
        }
        var hash = DeadLetters.hash(whole.key());
        whole.headers().put(DeadLetterHeaders.KEY_SHA256, HexFormat.of().formatHex(hash));
        return new OutboxMessage(whole.channel(), hash, whole.headers(), new byte[0]);
    }
}
