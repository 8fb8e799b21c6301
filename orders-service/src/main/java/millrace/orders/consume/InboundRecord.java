package millrace.orders.consume;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.ReplayHeaders;
import millrace.events.TransactionEvent;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.domain.Transaction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the channel {@code transactions}: its position, its bytes and its decoded content.
 *
 * @param timestamp in milliseconds; 0 of a dead letter that is decoded again
 * @param id of its dead letter: the same on each delivery
 * @param key {@code null} where it has none
 * @param value {@code null} where it has none
 * @param digest of the content that its sender meant: see {@link Transaction}
 * @param traceparent of the request that it came in with
 */
record InboundRecord(
        int partition,
        long offset,
        long timestamp,
        Supplier<String> id,
        byte[] key,
        byte[] value,
        String digest,
        Optional<String> traceparent,
        Decoded decoded) {
    /** The form of W3C Trace Context; a header of another form is not passed on. */
    private static final Predicate<String> WELL_FORMED =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").asMatchPredicate();

    private static final Predicate<String> RESTORED =
            Pattern.compile("[^/]+/[0-9]+/[0-9]+/[0-9]{1,18}").asMatchPredicate();

    /** A record that was restored from the archive keeps the offset that it had first. */
    static InboundRecord of(ConsumerRecord<byte[], byte[]> record) {
        return of(record, Decoded.of(record.key(), record.value()));
    }

    /** A record at which this program fails. */
    static InboundRecord undecodable(ConsumerRecord<byte[], byte[]> record, String reason) {
        return of(record, new Decoded.Invalid(reason));
    }

    private static InboundRecord of(ConsumerRecord<byte[], byte[]> record, Decoded decoded) {
        long offset = originalOffset(record).orElseGet(record::offset);
        return new InboundRecord(
                record.partition(),
                offset,
                record.timestamp(),
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

    /** Decodes a dead letter again. */
    static InboundRecord of(DeadLetter letter) {
        return new InboundRecord(
                letter.partition(),
                letter.offset(),
                0,
                letter::id,
                letter.key(),
                letter.value(),
                letter.digest(),
                letter.traceparent(),
                Decoded.of(letter.key(), letter.value()));
    }

    /** A copy that is invalid, because the database has refused its content. */
    InboundRecord invalid(String reason) {
        return new InboundRecord(
                partition, offset, timestamp, id, key, value, digest, traceparent, new Decoded.Invalid(reason));
    }

    /** Id of the dead letter that this record would become; the same on each delivery. */
    String deadLetterId() {
        return id.get();
    }

    /** Ids of the orders that valid records are about. */
    static List<String> orderIds(Collection<InboundRecord> records) {
        return records.stream()
                .flatMap(record -> record.event().stream())
                .map(TransactionEvent::orderId)
                .distinct()
                .toList();
    }

    /** Bytes of key and value together. */
    int bytes() {
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    /** The transaction event; empty where the record can never be applied. */
    Optional<TransactionEvent> event() {
        return decoded instanceof Decoded.Valid valid ? Optional.of(valid.event()) : Optional.empty();
    }

    /** The transaction with its digest; for an order that the edge could not read, its report. */
    Optional<Transaction> transaction() {
        var event = switch (decoded) {
            case Decoded.Valid valid -> Optional.of(valid.event());
            case Decoded.Invalid invalid -> invalid.report();
        };
        return event.map(known -> new Transaction(known, digest));
    }

    /** The dead letter that this record becomes: with a reason if it is invalid, else parked. */
    DeadLetter deadLetter() {
        var reason =
                decoded instanceof Decoded.Invalid invalid ? Optional.of(invalid.reason()) : Optional.<String>empty();
        return deadLetter(reason);
    }

    /** The dead letter that waits behind an earlier one of its key, valid or not. */
    DeadLetter parked() {
        return deadLetter(Optional.empty());
    }

    private DeadLetter deadLetter(Optional<String> reason) {
        return new DeadLetter(deadLetterId(), partition, offset, key, value, digest, traceparent, reason);
    }

    /** The offset in a header such as {@code transactions/0/1/4711}, which only a restore writes. */
    private static Optional<Long> originalOffset(ConsumerRecord<?, ?> record) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), ReplayHeaders.ORIGIN))
                .filter(RESTORED)
                .map(text -> Long.valueOf(text.substring(text.lastIndexOf('/') + 1)));
    }

    /** The digest from the header; if that is missing or malformed, the digest of the value. */
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
