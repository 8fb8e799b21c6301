package millrace.orders;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.TransactionEvent;
import millrace.orders.deadletter.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the channel {@code transactions}: where it lay, what it is made of and what it says.
 *
 * @param id what its dead letter is called: the same on each delivery
 * @param key {@code null} where it has none
 * @param value {@code null} where it has none
 * @param digest of what its sender meant, as {@link Transaction} has it
 * @param traceparent of the request that it came in with
 */
record InboundRecord(
        int partition,
        long offset,
        Supplier<String> id,
        byte[] key,
        byte[] value,
        String digest,
        Optional<String> traceparent,
        Decoded decoded) {
    /** The one header that is passed on, and only in the form that W3C Trace Context gives it. */
    private static final Predicate<String> WELL_FORMED =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").asMatchPredicate();

    private static final String RESTORED_FROM = "replay-origin";
    private static final Predicate<String> RESTORED =
            Pattern.compile("[^/]+/[0-9]+/[0-9]+/[0-9]{1,18}").asMatchPredicate();

    /** One that was restored from the archive lies where it lay first. */
    static InboundRecord of(ConsumerRecord<byte[], byte[]> record) {
        return of(record, Decoded.of(record.key(), record.value()));
    }

    /** One at which this program fails. */
    static InboundRecord undecodable(ConsumerRecord<byte[], byte[]> record, String reason) {
        return of(record, new Decoded.Invalid(reason));
    }

    private static InboundRecord of(ConsumerRecord<byte[], byte[]> record, Decoded decoded) {
        long offset = originalOffset(record).orElseGet(record::offset);
        return new InboundRecord(
                record.partition(),
                offset,
                () -> DeadLetter.id(
                        Channels.TRANSACTIONS.name(),
                        record.partition(),
                        offset,
                        record.timestamp(),
                        record.key(),
                        record.value()),
                record.key(),
                record.value(),
                digest(record),
                traceparent(record),
                decoded);
    }

    /** What waits in the dead letters, read once more. */
    static InboundRecord of(DeadLetter letter) {
        return new InboundRecord(
                letter.partition(),
                letter.offset(),
                letter::id,
                letter.key(),
                letter.value(),
                letter.digest(),
                letter.traceparent(),
                Decoded.of(letter.key(), letter.value()));
    }

    /** The same record after the database has refused what it says. */
    InboundRecord invalid(String reason) {
        return new InboundRecord(partition, offset, id, key, value, digest, traceparent, new Decoded.Invalid(reason));
    }

    /** Its name where it lies on the channel: the same on every delivery. */
    String deadLetterId() {
        return id.get();
    }

    /** Of key and value together. */
    int bytes() {
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    /** What it says; empty where it says nothing that could ever be applied. */
    Optional<TransactionEvent> event() {
        return decoded instanceof Decoded.Valid valid ? Optional.of(valid.event()) : Optional.empty();
    }

    /** What it says, with what tells it from others; of an order that the edge could not read, its report. */
    Optional<Transaction> transaction() {
        var event = switch (decoded) {
            case Decoded.Valid valid -> Optional.of(valid.event());
            case Decoded.Invalid invalid -> invalid.report();
        };
        return event.map(known -> new Transaction(known, digest));
    }

    /** As it is kept where it cannot be applied, or has to wait. */
    DeadLetter deadLetter() {
        var reason =
                decoded instanceof Decoded.Invalid invalid ? Optional.of(invalid.reason()) : Optional.<String>empty();
        return deadLetter(reason);
    }

    /** As it is kept behind another of its key, whatever it says. */
    DeadLetter parked() {
        return deadLetter(Optional.empty());
    }

    private DeadLetter deadLetter(Optional<String> reason) {
        return new DeadLetter(deadLetterId(), partition, offset, key, value, digest, traceparent, reason);
    }

    /** The last part of {@code transactions/0/1/4711}; nobody but who restores writes such a header. */
    private static Optional<Long> originalOffset(ConsumerRecord<?, ?> record) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), RESTORED_FROM))
                .filter(RESTORED)
                .map(text -> Long.valueOf(text.substring(text.lastIndexOf('/') + 1)));
    }

    /** Of a record that came without one, or with something else in its place, that of its bytes. */
    private static String digest(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), CloudEvents.DIGEST))
                .filter(Transaction.IS_DIGEST)
                .orElseGet(() -> Transaction.digest(record.value() == null ? new byte[0] : record.value()));
    }

    private static Optional<String> traceparent(ConsumerRecord<?, ?> record) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), CloudEvents.TRACEPARENT))
                .filter(WELL_FORMED);
    }
}
