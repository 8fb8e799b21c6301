package millrace.ingest.publish;

import static org.apache.kafka.clients.producer.ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;

import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.http.InFlightBudget;
import millrace.ingest.http.IngestConfig;
import millrace.ingest.http.ProblemException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Publishes the records of requests to Kafka. One producer serves every channel, with the settings, health and metrics
 * of SmallRye's channel {@code log}; records bypass SmallRye's messages, which cost more than the records.
 *
 * <p>The bean is created when it is first used, because SmallRye's producers do not exist before.
 *
 * <p>No method waits on an event loop. The producer never blocks ({@code max.block.ms=0}): a record of a topic whose
 * partitions it does not know fails at once, and the rest of the request with it. Partitions are looked up on another
 * thread before a record is sent, for a second at most, and once for all waiting requests.
 */
@Startup
@ApplicationScoped
public class EventPublisher {
    private static final Logger LOG = Logger.getLogger(EventPublisher.class);

    /** Interval between two warnings: in an outage every request fails alike. */
    private static final Duration WARNING_INTERVAL = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final BrokerThrottle throttle;

    /** A record that the producer gives up now may have waited from that long ago on. */
    private final Duration deliveryTimeout;

    private final Map<Channel<?, ?>, Topic> topics;
    private final Vertx vertx;
    private final InFlightBudget inFlight;
    private final DuplicateFilter duplicateFilter;
    private final EventMetrics eventMetrics;
    private final EdgeRecordCounts counts;
    private final AtomicLong nextWarningAt = new AtomicLong(System.nanoTime());

    EventPublisher(
            KafkaClientService clients,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            Vertx vertx,
            IngestConfig config,
            InFlightBudget inFlight,
            EventMetrics eventMetrics,
            EdgeRecordCounts counts) {
        this.producer = clients.getProducer("log");
        this.throttle = new BrokerThrottle(producer.unwrap());
        this.deliveryTimeout = Duration.ofMillis(Long.parseLong(
                producer.configuration().get(DELIVERY_TIMEOUT_MS_CONFIG).toString()));
        this.topics = Stream.of(Channels.CLICKS, Channels.TRANSACTIONS, Channels.REJECTED_EVENTS)
                .collect(
                        Collectors.toMap(channel -> channel, channel -> new Topic(prefix.orElse("") + channel.name())));
        topics.values().forEach(Topic::partitions);
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.duplicateFilter = new DuplicateFilter(config.remembered());
        this.eventMetrics = eventMetrics;
        this.counts = counts;
    }

    /**
     * Publishes records, and completes on the caller's event loop when every in-sync replica has all of them. A record
     * whose event is known to be durable is skipped. Fails with a {@link ProblemException} where the in-flight budget
     * is spent, where a record is not acknowledged within the producer's {@code delivery.timeout.ms}, which is 429 while
     * the broker slows the edge down to a quota, or where the broker refuses a record for good; the other records may be
     * durable all the same.
     */
    public Future<Void> publish(RequestContext context, List<PendingRecord> records) {
        // An event that conflicts with one published since its check is published: consumers detect the conflict.
        var deduplicator = deduplicator(records.size());
        var fresh = records.stream()
                .filter(record -> deduplicator.classify(record) != RequestDeduplicator.Novelty.DUPLICATE)
                .toList();
        eventMetrics.duplicates(context, records.size() - fresh.size());
        if (fresh.isEmpty()) {
            return Future.succeededFuture();
        }
        var caller = (ContextInternal) vertx.getOrCreateContext();
        var known = partitions(fresh);
        var sent = known.succeeded()
                ? send(fresh, caller)
                : onEventLoop(caller, known).compose(found -> send(fresh, caller));
        return sent.transform(done -> {
            throttle.update();
            if (done.succeeded()) {
                fresh.forEach(record -> duplicateFilter.add(record.identity(), record.digest()));
                eventMetrics.durable(context, fresh);
                return sent;
            }
            var cause = done.cause();
            if (cause instanceof ProblemException) {
                return sent;
            }
            eventMetrics.failed(context, fresh);
            warn(cause);
            return Future.failedFuture(problem(cause));
        });
    }

    /** Returns a deduplicator for the events of one request. */
    public RequestDeduplicator deduplicator(int events) {
        return new RequestDeduplicator(duplicateFilter, events);
    }

    /**
     * Publishes a refused body to the rejected events, and then fails with the problem. Of a visitor who asks for
     * privacy only the reasons are published.
     */
    public <T> Future<T> reject(RequestContext context, ProblemException problem, byte[] original) {
        return publish(context, List.of(PendingRecord.ofRejected(context, null, 0, problem.reasons(), original)))
                .compose(kept -> Future.failedFuture(problem));
    }

    private ProblemException problem(Throwable cause) {
        if (isFinal(cause)) {
            return ProblemException.recordTooLarge();
        }
        var throttled =
                cause instanceof TimeoutException ? throttle.remaining(deliveryTimeout) : Optional.<Duration>empty();
        return throttled.map(ProblemException::brokerQuotaExceeded).orElseGet(ProblemException::notDurable);
    }

    /** Returns true where a record is refused for its content: it was not written, and each retry fails alike. */
    static boolean isFinal(Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof RecordBatchTooLargeException
                || cause instanceof InvalidRecordException
                || cause instanceof InvalidTimestampException
                || cause instanceof SerializationException;
    }

    /** Returns true where a record was certainly not written, although the producer had accepted it. */
    static boolean isSurelyNotWritten(Throwable cause) {
        return isFinal(cause) || cause instanceof AuthorizationException || cause instanceof NotEnoughReplicasException;
    }

    /** Completes when the partitions of these records' channels are known. */
    private Future<Void> partitions(List<PendingRecord> records) {
        Future<Void> missing = null;
        for (var record : records) {
            var known = topics.get(record.channel()).lookup();
            if (!known.succeeded()) {
                missing = topics.get(record.channel()).partitions();
            }
        }
        return missing == null ? Future.succeededFuture() : missing;
    }

    /** Moves the completion of a future to the caller's event loop. */
    private static Future<Void> onEventLoop(ContextInternal caller, Future<Void> elsewhere) {
        Promise<Void> here = caller.promise();
        elsewhere.onComplete(here);
        return here.future();
    }

    private Future<Void> send(List<PendingRecord> records, ContextInternal caller) {
        var pending = new PendingAcks(records, caller.promise());
        inFlight.acquire(pending.bytes);
        for (var record : records) {
            pending.send(record);
        }
        return pending.result.future();
    }

    private void warn(Throwable cause) {
        var now = System.nanoTime();
        var until = nextWarningAt.get();
        if (now - until >= 0 && nextWarningAt.compareAndSet(until, now + WARNING_INTERVAL.toNanos())) {
            LOG.warnf("The broker does not acknowledge: %s", cause.getMessage());
        }
    }

    /** A topic and the lookup of its partitions. */
    private final class Topic {
        private static final long PAUSE_MS = 50;
        private static final int TRIES = 20;

        private final String name;
        private final AtomicReference<Future<Void>> partitions =
                new AtomicReference<>(Future.failedFuture("not looked up"));

        Topic(String name) {
            this.name = name;
        }

        Future<Void> lookup() {
            return partitions.get();
        }

        /**
         * Looks up the partitions on a thread of SmallRye's, once for all concurrent callers, and again after a
         * failure.
         */
        Future<Void> partitions() {
            var known = partitions.get();
            if (known.failed()) {
                var found = Promise.<Void>promise();
                if (partitions.compareAndSet(known, found.future())) {
                    producer.partitionsFor(name)
                            .onFailure(KafkaException.class)
                            .retry()
                            .withBackOff(Duration.ofMillis(PAUSE_MS), Duration.ofMillis(PAUSE_MS))
                            .atMost(TRIES)
                            .subscribe()
                            .with(all -> found.complete(), found::fail);
                }
            }
            return partitions.get();
        }

        /** Marks the partitions as unknown, because the producer no longer knows them. */
        void invalidate(Throwable cause) {
            var known = partitions.get();
            if (known.succeeded()) {
                partitions.compareAndSet(known, Future.failedFuture(cause));
            }
        }
    }

    /** Sends the records of one request and collects the broker's acknowledgements. */
    private final class PendingAcks implements Callback {
        private final long bytes;
        private final long acceptedAt;
        private final AtomicInteger missing;
        private final Promise<Void> result;
        private volatile Exception failure;
        /** Thread that is giving a record to the producer; {@code null} at other times. */
        private Thread sending;

        private boolean blocked;

        PendingAcks(List<PendingRecord> records, Promise<Void> result) {
            this.bytes = records.stream().mapToLong(PendingRecord::bytes).sum();
            this.acceptedAt = records.getFirst().acceptedAt().toEpochMilli();
            this.missing = new AtomicInteger(records.size());
            this.result = result;
        }

        /**
         * Sends a record. After the producer has refused one that it cannot take now, the others fail without a send:
         * each would fail alike.
         */
        void send(PendingRecord record) {
            if (blocked) {
                done(failure);
                return;
            }
            var topic = topics.get(record.channel());
            sending = Thread.currentThread();
            try {
                producer.unwrap().send(record.toProducerRecord(topic.name), this);
            } catch (KafkaException | IllegalStateException notSent) {
                blocked = true;
                done(notSent);
            } finally {
                sending = null;
            }
            if (blocked && !isFinal(failure)) {
                topic.invalidate(failure);
            }
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception notWritten) {
            if (notWritten == null) {
                counts.acknowledged(metadata.topic(), metadata.timestamp());
            } else if (Thread.currentThread() == sending) {
                blocked = !isFinal(notWritten);
            } else if (metadata != null && !isSurelyNotWritten(notWritten)) {
                counts.unsure(metadata.topic(), acceptedAt);
            }
            done(notWritten);
        }

        /** Records the result of one record. A failure that a retry may cure replaces a final one. */
        private void done(Exception notWritten) {
            if (notWritten != null && (failure == null || isFinal(failure))) {
                failure = notWritten;
            }
            if (missing.decrementAndGet() == 0) {
                inFlight.release(bytes);
                if (failure == null) {
                    result.complete();
                } else {
                    result.fail(failure);
                }
            }
        }
    }
}
