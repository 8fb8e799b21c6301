package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import millrace.events.Channels;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.deadletter.RedriveTarget;
import millrace.orders.domain.Transaction;
import millrace.orders.domain.Transaction.Identity;
import millrace.orders.ledger.ReadCounts;
import millrace.orders.ledger.ReadCounts.Disposition;
import millrace.orders.outbox.Outbox;
import millrace.orders.outbox.OutboxMessage;
import millrace.orders.outbox.StateRepublisher;
import millrace.orders.store.OrderTables;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Applies records once, within the caller's database transaction: it writes the orders, their history (which is the
 * inbox as well), the outbox, the dead letters and the totals for the ledger.
 */
@ApplicationScoped
class TransactionProcessor implements RedriveTarget, StateRepublisher {
    private final DeadLetters deadLetters;
    private final Outbox outbox;

    TransactionProcessor(DeadLetters deadLetters, Outbox outbox) {
        this.deadLetters = deadLetters;
        this.outbox = outbox;
    }

    /** Processes the records that have not been processed before, in sequence. */
    Uni<TransactionBatch> process(Mutiny.StatelessSession session, List<InboundRecord> records) {
        return deadLetters
                .blockedKeys(session, keys(records))
                .chain(blocked -> OrderTables.appliedDigests(session, transactions(records))
                        .chain(applied -> knownDeadLetters(session, records, blocked)
                                .chain(known -> process(session, without(known, records), applied, blocked)
                                        .call(batch -> count(session, batch.counts(), records, known)))));
    }

    /** Counts each record of the channel once: those that are dead letters already, and those of the batch. */
    private static Uni<Void> count(
            Mutiny.StatelessSession session, ReadCounts counts, List<InboundRecord> records, Set<String> known) {
        records.stream()
                .filter(record -> !known.isEmpty() && known.contains(record.deadLetterId()))
                .forEach(record -> count(counts, record, Disposition.REPEATED));
        return counts.store(session);
    }

    private static void count(ReadCounts counts, InboundRecord record, Disposition disposition) {
        counts.add(record.partition(), record.offset(), record.timestamp(), disposition);
    }

    @Override
    public Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter letter) {
        var record = InboundRecord.of(letter);
        return switch (record.decoded()) {
            case Decoded.Invalid invalid -> Uni.createFrom().item(Optional.of(invalid.reason()));
            case Decoded.Valid valid ->
                OrderTables.appliedDigests(session, transactions(List.of(record)))
                        .chain(applied -> process(session, List.of(record), applied, Set.of()))
                        .replaceWith(Optional.empty());
        };
    }

    @Override
    public Uni<Void> publish(Mutiny.StatelessSession session, DeadLetter letter, String reason) {
        return outbox.add(session, List.of(DeadLetterRecord.of(InboundRecord.of(letter), reason)));
    }

    @Override
    public Uni<Void> republish(Mutiny.StatelessSession session, List<OutboxMessage> messages) {
        var ids = messages.stream()
                .filter(message -> message.channel().equals(Channels.ORDER_STATE.name()))
                .map(message -> new String(message.key(), UTF_8))
                .distinct()
                .toList();
        return OrderTables.lock(session, ids)
                .chain(orders -> OrderTables.lastChanges(session, ids)
                        .chain(changes -> outbox.add(session, TransactionBatch.states(orders, changes))));
    }

    private Uni<TransactionBatch> process(
            Mutiny.StatelessSession session,
            List<InboundRecord> unseen,
            Map<Identity, Set<String>> applied,
            Set<ByteBuffer> blocked) {
        return OrderTables.lock(session, InboundRecord.orderIds(unseen))
                .map(known -> TransactionBatch.apply(known, applied, blocked, unseen))
                .call(batch -> write(session, batch));
    }

    /** Reads which of the records are dead letters already. */
    private Uni<Set<String>> knownDeadLetters(
            Mutiny.StatelessSession session, List<InboundRecord> records, Set<ByteBuffer> blocked) {
        var ids = records.stream()
                .filter(record -> mayBeDeadLetter(record, blocked))
                .map(InboundRecord::deadLetterId)
                .toList();
        return deadLetters.existing(session, ids).map(HashSet::new);
    }

    private static List<InboundRecord> without(Set<String> deadLetters, List<InboundRecord> records) {
        return deadLetters.isEmpty()
                ? records
                : records.stream()
                        .filter(record -> !deadLetters.contains(record.deadLetterId()))
                        .toList();
    }

    private static boolean mayBeDeadLetter(InboundRecord record, Set<ByteBuffer> blocked) {
        return record.event().isEmpty() || isBlocked(record, blocked);
    }

    private Uni<Void> write(Mutiny.StatelessSession session, TransactionBatch batch) {
        return OrderTables.insertHistory(session, batch.history())
                .chain(() -> OrderTables.insert(session, batch.created()))
                .chain(() -> OrderTables.update(session, batch.changed()))
                .chain(() -> OrderTables.updateVersions(session, batch.refused()))
                .chain(() -> deadLetters.insert(session, batch.deadLetters()))
                .chain(() -> outbox.add(session, batch.messages()))
                .chain(() -> OrderTables.erase(session, batch.erased()))
                .chain(() -> outbox.eraseSetAside(session, batch.erased()))
                .chain(() -> deadLetters.erase(session, keys(batch.erased())));
    }

    /** Stores a dead letter without its record on the dead-letter channel, for a record where that has failed. */
    Uni<Void> storeDeadLetter(Mutiny.StatelessSession session, InboundRecord record) {
        return deadLetters.existing(session, List.of(record.deadLetterId())).chain(existing -> {
            var counts = new ReadCounts();
            count(counts, record, existing.isEmpty() ? Disposition.DEAD_LETTERED : Disposition.REPEATED);
            return deadLetters
                    .insert(session, existing.isEmpty() ? List.of(record.deadLetter()) : List.of())
                    .chain(() -> counts.store(session));
        });
    }

    private static List<byte[]> keys(Collection<String> orderIds) {
        return orderIds.stream().map(id -> id.getBytes(UTF_8)).toList();
    }

    private static boolean isBlocked(InboundRecord record, Set<ByteBuffer> blocked) {
        return record.key() != null && blocked.contains(ByteBuffer.wrap(record.key()));
    }

    private static List<Transaction> transactions(List<InboundRecord> records) {
        return records.stream().flatMap(record -> record.transaction().stream()).toList();
    }

    private static List<byte[]> keys(List<InboundRecord> records) {
        return records.stream()
                .map(InboundRecord::key)
                .filter(Objects::nonNull)
                .map(ByteBuffer::wrap)
                .distinct()
                .map(ByteBuffer::array)
                .toList();
    }
}
