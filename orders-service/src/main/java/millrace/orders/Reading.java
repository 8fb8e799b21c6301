package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import org.apache.kafka.common.errors.SerializationException;

/** What a record of the channel {@code transactions} says, or why it says nothing that could ever be applied. */
sealed interface Reading {
    /** PostgreSQL and ISO 8601 agree on these years. */
    Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Well-formed: whether it is granted is for the {@link Lifecycle} to say. */
    record Legible(TransactionEvent event) implements Reading {}

    /** @param reason a sentence, without anything from the record's body */
    record Illegible(String reason) implements Reading {}

    static Reading of(byte[] key, byte[] value) {
        if (value == null) {
            return new Illegible("The record has no value.");
        }
        if (value.length > TransactionEvent.LARGEST) {
            return new Illegible("The record has %d bytes, the largest transaction has %d."
                    .formatted(value.length, TransactionEvent.LARGEST));
        }
        TransactionEvent event;
        try {
            event = Channels.TRANSACTIONS.value().deserializer().deserialize(Channels.TRANSACTIONS.name(), value);
        } catch (SerializationException e) {
            return new Illegible("The value is not JSON of a transaction.");
        }
        return check(key, event);
    }

    private static Reading check(byte[] key, TransactionEvent event) {
        if (event == null || !isComplete(event)) {
            return new Illegible("The transaction lacks a field that it must have.");
        }
        if (!isStorable(event.eventId()) || !isStorable(event.orderId())) {
            return new Illegible("Its id or order id has characters that no database and no record can keep.");
        }
        if (!isInRange(event.timestamp()) || !isInRange(event.receivedAt())) {
            return new Illegible("Its times are outside the years 1 to 9999.");
        }
        if (!Arrays.equals(key, event.orderId().getBytes(UTF_8))) {
            return new Illegible("The record's key is not its order id.");
        }
        return event instanceof UnreadableOrderReported report
                ? new Illegible("The edge could not read the order: " + String.join("; ", report.faults()))
                : new Legible(event);
    }

    private static boolean isComplete(TransactionEvent event) {
        return Stream.of(event.eventId(), event.source(), event.orderId(), event.timestamp(), event.receivedAt())
                        .allMatch(Objects::nonNull)
                && (!(event instanceof OrderPlaced order) || hasCompleteLines(order));
    }

    private static boolean hasCompleteLines(OrderPlaced order) {
        return order.lines() != null
                && order.lines().stream().allMatch(line -> line != null && line.productId() != null);
    }

    /** No NUL, which PostgreSQL refuses, and no half of a surrogate pair, which UTF-8 turns into another text. */
    private static boolean isStorable(String id) {
        return !id.isEmpty() && id.indexOf('\0') < 0 && UTF_8.newEncoder().canEncode(id);
    }

    private static boolean isInRange(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }
}
