package millrace.orders.consume;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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
 * Consumes the channel {@code transactions}. The records of a poll are passed to the {@link TransactionProcessor} in
 * database transactions of a bounded size, one after the other; the bytes of the orders count as well, because a small
 * record may be about a large order. Offsets are committed afterwards, so a record may be delivered twice; it is
 * applied once.
 *
 * <p>While the database is unavailable, the poll is retried without limit and nothing more is read: the partitions
 * wait, and no record is lost or dead-lettered. A record that the database refuses for good, or at which this program
 * fails, is found by bisecting the poll and is dead-lettered; later records of its key are parked behind it.
 */
@ApplicationScoped
public class TransactionConsumer {
    private static final Logger LOG = Logger.getLogger(TransactionConsumer.class);

    /** Limit for the last poll at shutdown; with the relay's last pass it stays within the 30 s of the platform. */
    private static final int LAST_POLL_SECONDS = 8;

    /**
     * Bytes of records and of their orders in one database transaction; on the way to the database they take about ten
     * times as much memory. A larger record or order has a transaction of its own.
     */
    static final int TRANSACTION_BYTES = 2 * 1024 * 1024;

    /** Attempts with a record alone, because the failure may have another cause than the record. */
    private static final int ATTEMPTS_ALONE = 3;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final Mutiny.SessionFactory database;
    private final TransactionProcessor processor;
    private final OrderMeters meters;
    private final PollRateLimiter rateLimiter;
    private final PartitionGaps gaps;
    private final Alarms alarms;
    private final Outage outage = new Outage("Orders cannot be written");

    /**
     * Its permit is taken while a poll is processed, and for good by {@link #stop}. The channel passes on one poll at a
     * time.
     */
    private final Semaphore idle = new Semaphore(1);

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
        var work = rateLimiter.limit(processPoll(poll), poll.count());
        return idle.tryAcquire()
                ? work.onTermination().invoke(() -> idle.release())
                : Uni.createFrom().nothing();
    }

    /**
     * Waits for the current poll before the relay's last pass; records that are not applied by then are read again
     * after the next start.
     */
    void stop(@Observes @Priority(LIBRARY_BEFORE) ShutdownEvent event) throws InterruptedException {
        stopping = true;
        if (!idle.tryAcquire(LAST_POLL_SECONDS, SECONDS)) {
            LOG.warnf(
                    "The last poll is not applied after %d s: it is read again after the next start",
                    LAST_POLL_SECONDS);
        }
    }

    private Uni<Void> processPoll(ConsumerRecords<byte[], byte[]> poll) {
        var records = StreamSupport.stream(poll.spliterator(), false).toList();
        return Multi.createFrom()
                .iterable(BatchSplitter.split(records, TransactionConsumer::bytes, TRANSACTION_BYTES))
                .onItem()
                .call(part -> processAll(part.stream().map(this::decode).toList()))
                .onItem()
                .ignoreAsUni();
    }

    /** Processes all records, in as many transactions as the sizes of their orders require. */
    private Uni<Integer> processAll(List<InboundRecord> inbound) {
        var processed = new AtomicInteger();
        return Uni.createFrom()
                .deferred(() -> processFirst(inbound.subList(processed.get(), inbound.size())))
                .repeat()
                .whilst(number -> processed.addAndGet(number) < inbound.size())
                .collect()
                .last();
    }

    /** @return number of records that were processed, at least 1 */
    private Uni<Integer> processFirst(List<InboundRecord> inbound) {
        return outage.retryUntilAvailable(processInOneTransaction(inbound), DatabaseFailure::isOutage)
                .onFailure(failure -> !DatabaseFailure.isOutage(failure))
                .recoverWithUni(failure -> bisect(inbound, failure));
    }

    private Uni<Integer> processInOneTransaction(List<InboundRecord> inbound) {
        return database.withStatelessTransaction(session -> OrderSizes.of(session, inbound)
                        .map(sizes -> sizes.firstWithin(inbound, TRANSACTION_BYTES))
                        .chain(part ->
                                processor.process(session, part).map(batch -> new Processed(part.size(), batch))))
                .invoke(processed -> meters.count(processed.batch()))
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

    /** Dead-letters a record that the database has refused; after a fault of this program, retries first. */
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

    /** Dead-letters a record; if that fails as well, stores its bytes alone. */
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

    /** Raises an alarm, and logs the stack trace of a new kind of fault. */
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
