package millrace.orders;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.DatabaseFailure;
import millrace.orders.outage.Outage;
import millrace.orders.outbox.BatchSplitter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Transactions become orders. What a poll of the channel {@code transactions} brings is entered into the {@link TransactionProcessor}
 * in database transactions of a bounded size, one after the other: a small record may be about a large order, so the orders'
 * own bytes count as well. Offsets are committed behind them, so a record may come twice; it counts once.
 *
 * <p>While the database is away the poll is tried again and nothing more is read: the partitions wait, nothing is lost
 * and nothing is given up. A record that the database will never take, or at which this program fails, is found by halving
 * the poll, and goes to the dead letters; later ones of its key are parked behind it.
 */
@ApplicationScoped
public class TransactionConsumer {
    private static final Logger LOG = Logger.getLogger(TransactionConsumer.class);

    /** Together with the relay's last pass well within the 30 s that the platform gives. */
    private static final int LAST_POLL_SECONDS = 8;

    /**
     * Bytes of records, and of the orders that they are about, in one database transaction. What follows from them is held
     * some ten times over on its way to the database. A record or an order that is larger by itself has a transaction of its
     * own.
     */
    static final int TRANSACTION_BYTES = 2 * 1024 * 1024;

    /** What fails for another reason than the record fails in other company, too, or not again. */
    private static final int ATTEMPTS_ALONE = 3;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final Mutiny.SessionFactory database;
    private final TransactionProcessor processor;
    private final OrderMeters meters;
    private final PollRateLimiter rateLimiter;
    private final PartitionGaps gaps;
    private final Alarms alarms;
    private final Outage outage = new Outage("Orders cannot be written");
    private volatile CompletableFuture<Void> currentPoll = CompletableFuture.completedFuture(null);
    private volatile boolean stopping;

    TransactionConsumer(
            Mutiny.SessionFactory database,
            TransactionProcessor processor,
            OrderMeters meters,
            PollRateLimiter rateLimiter,
            PartitionGaps gaps,
            Alarms alarms) {
        this.database = database;
        this.processor = processor;
        this.meters = meters;
        this.rateLimiter = rateLimiter;
        this.gaps = gaps;
        this.alarms = alarms;
    }

    @Incoming("transactions")
    Uni<Void> consume(ConsumerRecords<byte[], byte[]> poll) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        gaps.check(poll);
        var over = new CompletableFuture<Void>();
        currentPoll = over;
        return rateLimiter
                .limit(processPoll(poll), poll.count())
                .onTermination()
                .invoke(() -> over.complete(null));
    }

    /** Lets the poll that is under way end, before the relay's last pass; what is not applied then is read again. */
    void stop(@Observes @Priority(LIBRARY_BEFORE) ShutdownEvent event) {
        stopping = true;
        currentPoll.completeOnTimeout(null, LAST_POLL_SECONDS, TimeUnit.SECONDS).join();
    }

    private Uni<Void> processPoll(ConsumerRecords<byte[], byte[]> poll) {
        var records = StreamSupport.stream(poll.spliterator(), false).toList();
        var done = Uni.createFrom().voidItem();
        for (var part : BatchSplitter.split(records, TransactionConsumer::bytes, TRANSACTION_BYTES)) {
            done = done.chain(() -> processAll(part.stream().map(this::decode).toList()));
        }
        return done;
    }

    /** As many at once as the orders that they are about allow. */
    private Uni<Void> processAll(List<InboundRecord> inbound) {
        return processSome(inbound)
                .chain(processed -> processed < inbound.size()
                        ? processAll(inbound.subList(processed, inbound.size()))
                        : Uni.createFrom().voidItem());
    }

    /** @return how many of them are dealt with */
    private Uni<Integer> processSome(List<InboundRecord> inbound) {
        return outage.retryUntilAvailable(processInOneTransaction(inbound), DatabaseFailure::isOutage)
                .onFailure(failure -> !DatabaseFailure.isOutage(failure))
                .recoverWithUni(failure -> bisect(inbound, failure));
    }

    private Uni<Integer> processInOneTransaction(List<InboundRecord> inbound) {
        return database.withStatelessTransaction(session -> OrderSizes.of(session, inbound)
                        .map(sizes -> sizes.firstWithin(inbound, TRANSACTION_BYTES))
                        .chain(part ->
                                processor.process(session, part).map(batch -> new Processed(part.size(), batch))))
                .invoke(processed -> meters.count(processed.records(), processed.batch()))
                .map(Processed::records);
    }

    private record Processed(int records, TransactionBatch batch) {}

    private Uni<Integer> bisect(List<InboundRecord> inbound, Throwable failure) {
        int half = inbound.size() / 2;
        return half == 0
                ? processAlone(inbound.getFirst(), failure)
                : processAll(inbound.subList(0, half))
                        .chain(() -> processAll(inbound.subList(half, inbound.size())))
                        .replaceWith(inbound.size());
    }

    /** What the database has refused is final; what this program has failed at may have been the moment, and is tried again. */
    private Uni<Integer> processAlone(InboundRecord inbound, Throwable failure) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        if (DatabaseFailure.isFinal(failure)) {
            return deadLetter(inbound, failure);
        }
        reportFault(inbound.partition(), inbound.offset(), failure);
        return outage.retryUntilAvailable(processInOneTransaction(List.of(inbound)), DatabaseFailure::isOutage)
                .onFailure(again -> !DatabaseFailure.isFinal(again))
                .retry()
                .withBackOff(BETWEEN_ATTEMPTS)
                .atMost(ATTEMPTS_ALONE - 1)
                .onFailure()
                .recoverWithUni(again -> deadLetter(inbound, again));
    }

    /** Where even that fails as it is, the record is done by its bytes alone. */
    private Uni<Integer> deadLetter(InboundRecord inbound, Throwable failure) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        var invalid = List.of(inbound.invalid(DatabaseFailure.sentence(failure)));
        return outage.retryUntilAvailable(processInOneTransaction(invalid), DatabaseFailure::isOutage)
                .onFailure()
                .recoverWithUni(again -> outage.retryUntilAvailable(
                        database.withStatelessTransaction(
                                        session -> processor.storeDeadLetter(session, invalid.getFirst()))
                                .replaceWith(1),
                        anything -> true));
    }

    /** With its stack where nothing like it was said before. */
    private void reportFault(int partition, long offset, Throwable fault) {
        var sentence = DatabaseFailure.sentence(fault) + " See the dead letters of that reason.";
        if (alarms.raise("a fault of this program", sentence)) {
            LOG.errorf(fault, "Orders fails at a record of partition %d, offset %d", partition, offset);
        }
    }

    private InboundRecord decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return InboundRecord.of(record);
        } catch (RuntimeException fault) {
            reportFault(record.partition(), record.offset(), fault);
            return InboundRecord.undecodable(record, DatabaseFailure.sentence(fault));
        }
    }

    private static int bytes(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }
}
