package millrace.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import millrace.audit.FieldEncryption;
import millrace.audit.Position;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.seal.Remains;
import millrace.audit.seal.SealBroken;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.verify.ChainFinding.Kind;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Compares what the broker still holds of a partition with the archive: each record has to be there as it was. */
final class BrokerCheck {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final ArchivedRecords archived;
    private final VerifyQuery question;
    private final Position position;
    private long compared;
    private long redacted;
    private boolean isOver;

    BrokerCheck(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            ChainName chain,
            Position position,
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            VerifyQuery question) {
        this.consumer = consumer;
        this.partition = partition;
        this.position = position;
        this.question = question;
        this.archived = new ArchivedRecords(chain, position.life(), transactions, encryption);
    }

    long compared() {
        return compared;
    }

    /** Of these, how many were compared without what was about somebody erased. */
    long redacted() {
        return redacted;
    }

    /** Whether the time was over before the end. */
    boolean isOver() {
        return isOver;
    }

    Optional<ChainFinding> first() throws SQLException {
        try {
            return compareAll();
        } catch (SealBroken e) {
            return Optional.of(new ChainFinding(Kind.CHANGED, null, e.offset(), null, e.getMessage()));
        }
    }

    private Optional<ChainFinding> compareAll() throws SQLException {
        consumer.assign(List.of(partition));
        var beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        var from = Math.max(beginning, position.firstOffset());
        var end = Math.min(consumer.endOffsets(List.of(partition)).get(partition), position.nextOffset());
        consumer.seek(partition, from);
        archived.seek(from);
        while (consumer.position(partition) < end) {
            if (question.isOver()) {
                isOver = true;
                return Optional.empty();
            }
            for (var record : consumer.poll(POLL)) {
                var found = record.offset() < end ? compare(record) : Optional.<ChainFinding>empty();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<ChainFinding> compare(ConsumerRecord<byte[], byte[]> record) throws SQLException {
        var kept = archived.at(record.offset());
        if (kept.isEmpty()) {
            return Optional.of(new ChainFinding(
                    Kind.MISSING,
                    null,
                    record.offset(),
                    null,
                    "the record at offset %d is on the broker and not in the archive".formatted(record.offset())));
        }
        compared++;
        redacted += kept.get().opened().redacted() > 0 ? 1 : 0;
        return isSame(kept.get(), record)
                ? Optional.empty()
                : Optional.of(new ChainFinding(
                        Kind.CHANGED,
                        kept.get().kept().seq(),
                        record.offset(),
                        null,
                        "the record at offset %d is another one on the broker".formatted(record.offset())));
    }

    private static boolean isSame(ArchivedRecords.Archived archived, ConsumerRecord<byte[], byte[]> record) {
        var kept = archived.kept();
        return kept.timestampMs() == record.timestamp()
                && kept.timestampType().equals(record.timestampType().toString())
                && Arrays.equals(kept.key(), record.key())
                && hasValue(archived, record.value())
                && hasHeaders(kept, record);
    }

    private static boolean hasValue(ArchivedRecords.Archived archived, byte[] value) {
        var kept = archived.kept();
        return archived.opened().redacted() == 0
                ? Arrays.equals(archived.opened().record().value(), value)
                : value != null && Remains.match(kept.value(), FieldEncryption.coordinates(kept), value);
    }

    private static boolean hasHeaders(ArchivedRecord kept, ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers().toArray();
        var same = headers.length == kept.headerNames().length;
        for (var i = 0; same && i < headers.length; i++) {
            same = Arrays.equals(headers[i].key().getBytes(UTF_8), kept.headerNames()[i])
                    && Arrays.equals(headers[i].value(), kept.headerValues()[i]);
        }
        return same;
    }
}
