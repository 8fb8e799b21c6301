package millrace.orders;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the channel {@code transactions}: where it lay, what it is made of and what it says.
 *
 * @param key {@code null} where it has none
 * @param value {@code null} where it has none
 * @param traceparent of the request that it came in with
 */
record Arrival(int partition, long offset, byte[] key, byte[] value, Optional<String> traceparent, Reading reading) {
    /** The one header that is passed on, and only in the form that W3C Trace Context gives it. */
    private static final Predicate<String> WELL_FORMED =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").asMatchPredicate();

    static Arrival of(ConsumerRecord<byte[], byte[]> record) {
        return new Arrival(
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                traceparent(record),
                Reading.of(record.key(), record.value()));
    }

    /** The same record after the database has refused what it says. */
    Arrival illegible(String reason) {
        return new Arrival(partition, offset, key, value, traceparent, new Reading.Illegible(reason));
    }

    /** What the inbox remembers: the event's own id wherever it lies, or the place where there is no event. */
    String identity() {
        return switch (reading) {
            case Reading.Legible legible -> "event " + legible.event().eventId();
            case Reading.Illegible illegible ->
                "record %s-%d@%d".formatted(Channels.TRANSACTIONS.name(), partition, offset);
        };
    }

    private static Optional<String> traceparent(ConsumerRecord<?, ?> record) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), CloudEvents.TRACEPARENT))
                .filter(WELL_FORMED);
    }
}
