package millrace.ingest.log;

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
import millrace.ingest.IngestConfig;
import millrace.ingest.http.InFlightBudget;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The log behind the edge. One producer serves every channel, with the settings, health and metrics of SmallRye's channel
 * {@code log}; records go to it without SmallRye's messages, which cost more than the records.
 *
 * <p>It is made when it is used first: SmallRye's producers are not there before.
 *
 * <p>Nothing here waits on an event loop. The producer may not block at all ({@code max.block.ms=0}): a record of a topic whose
 * partitions it does not know fails at once, and the rest of the request with it. Partitions are looked up elsewhere before
 * anything is sent, for a second at most, and once for all that wait.
 */
@Startup
@ApplicationScoped
public class EventPublisher {
    private static final Logger LOG = Logger.getLogger(EventPublisher.class);

    /** Between two warnings: in an outage every request fails alike. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final Map<Channel<?, ?>, Topic> topics;
    private final Vertx vertx;
    private final InFlightBudget inFlight;
    private final DuplicateFilter recent;
    private final EventMetrics outcomes;
    private final EdgeRecordCounts counts;
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    EventPublisher(
            KafkaClientService clients,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            Vertx vertx,
            IngestConfig config,
            InFlightBudget inFlight,
            EventMetrics outcomes,
            EdgeRecordCounts counts) {
        this.producer = clients.getProducer("log");
        this.topics = Stream.of(Channels.CLICKS, Channels.TRANSACTIONS, Channels.REJECTED_EVENTS)
                .collect(
                        Collectors.toMap(channel -> channel, channel -> new Topic(prefix.orElse("") + channel.name())));
        topics.values().forEach(Topic::partitions);
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.recent = new DuplicateFilter(config.remembered());
        this.outcomes = outcomes;
        this.counts = counts;
    }

    /**
     * Completes, on the event loop of the caller, when every in-sync replica has every entry. What is known to be there already
     * is not written again. Fails with a {@link ProblemException} where there is no room for them now, where one is not acknowledged
     * within the producer's {@code delivery.timeout.ms}, or where the log will never take one; the others may then be there all
     * the same.
     */
    public Future<Void> append(RequestContext arrival, List<PendingRecord> entries) {
        // What has come to conflict since it was judged is written: its consumers say so.
        var repeats = repeats(entries.size());
        var fresh = entries.stream()
                .filter(entry -> repeats.next(entry) != RequestDeduplicator.Novelty.REPEAT)
                .toList();
        outcomes.repeated(arrival, entries.size() - fresh.size());
        if (fresh.isEmpty()) {
            return Future.succeededFuture();
        }
        var caller = (ContextInternal) vertx.getOrCreateContext();
        var known = partitions(fresh);
        var sent = known.succeeded() ? send(fresh, caller) : here(caller, known).compose(found -> send(fresh, caller));
        return sent.transform(done -> {
            if (done.succeeded()) {
                fresh.forEach(entry -> recent.add(entry.identity(), entry.digest()));
                outcomes.durable(arrival, fresh);
                return sent;
            }
            var cause = done.cause();
            if (cause instanceof ProblemException) {
                return sent;
            }
            outcomes.notDurable(arrival, fresh);
            warn(cause);
            return Future.failedFuture(isFinal(cause) ? ProblemException.neverDurable() : ProblemException.notDurable());
        });
    }

    /** Tells the repeats and conflicts among the events of one request. */
    public RequestDeduplicator repeats(int events) {
        return new RequestDeduplicator(recent, events);
    }

    /**
     * Keeps what is refused where someone may look why, and then fails with the refusal. Of a visitor who asks for privacy only the
     * reasons are kept.
     */
    public <T> Future<T> refuse(RequestContext arrival, ProblemException refusal, byte[] original) {
        return append(arrival, List.of(arrival.rejected(null, 0, refusal.reasons(), original)))
                .compose(kept -> Future.failedFuture(refusal));
    }

    /** Whether a record is refused for what it is: it never will be taken, and was not written. */
    static boolean isFinal(Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof RecordBatchTooLargeException
                || cause instanceof InvalidRecordException
                || cause instanceof InvalidTimestampException
                || cause instanceof SerializationException;
    }

    /** Whether a record was surely not written, though it was given to the producer. */
    static boolean isSurelyNotWritten(Throwable cause) {
        return isFinal(cause) || cause instanceof AuthorizationException || cause instanceof NotEnoughReplicasException;
    }

    /** Knows where all channels' partitions are that these go to. */
    private Future<Void> partitions(List<PendingRecord> entries) {
        Future<Void> missing = null;
        for (var entry : entries) {
            var known = topics.get(entry.channel()).known();
            if (!known.succeeded()) {
                missing = topics.get(entry.channel()).partitions();
            }
        }
        return missing == null ? Future.succeededFuture() : missing;
    }

    /** The same, on the caller's event loop. */
    private static Future<Void> here(ContextInternal caller, Future<Void> elsewhere) {
        Promise<Void> here = caller.promise();
        elsewhere.onComplete(here);
        return here.future();
    }

    private Future<Void> send(List<PendingRecord> entries, ContextInternal caller) {
        var acks = new Acks(entries, caller.promise());
        inFlight.take(acks.bytes);
        for (var entry : entries) {
            acks.send(entry);
        }
        return acks.answer.future();
    }

    private void warn(Throwable cause) {
        var now = System.nanoTime();
        var until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET.toNanos())) {
            LOG.warnf("The log does not acknowledge: %s", cause.getMessage());
        }
    }

    /** A topic, and whether the producer knows its partitions. */
    private final class Topic {
        private static final long PAUSE_MS = 50;
        private static final int TRIES = 20;

        private final String name;
        private final AtomicReference<Future<Void>> partitions =
                new AtomicReference<>(Future.failedFuture("not looked up"));

        Topic(String name) {
            this.name = name;
        }

        Future<Void> known() {
            return partitions.get();
        }

        /** Looks them up, once for all that ask, on a thread of SmallRye's, and again after a failure. */
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

        /** The producer has forgotten them. */
        void forgotten(Throwable cause) {
            var known = partitions.get();
            if (known.succeeded()) {
                partitions.compareAndSet(known, Future.failedFuture(cause));
            }
        }
    }

    /** Sends the records of one request and waits for the broker's answer to each. */
    private final class Acks implements Callback {
        private final long bytes;
        private final long acceptedAt;
        private final AtomicInteger missing;
        private final Promise<Void> answer;
        private volatile Exception failure;
        /** While a record is given to the producer, on the thread that gives it. */
        private Thread sending;

        private boolean blocked;

        Acks(List<PendingRecord> entries, Promise<Void> answer) {
            this.bytes = entries.stream().mapToLong(PendingRecord::bytes).sum();
            this.acceptedAt = entries.getFirst().acceptedAt().toEpochMilli();
            this.missing = new AtomicInteger(entries.size());
            this.answer = answer;
        }

        /** After one that the producer does not take now, none is given to it: each would fail alike. */
        void send(PendingRecord entry) {
            if (blocked) {
                done(failure);
                return;
            }
            var topic = topics.get(entry.channel());
            sending = Thread.currentThread();
            try {
                producer.unwrap().send(entry.on(topic.name), this);
            } catch (KafkaException | IllegalStateException notSent) {
                blocked = true;
                done(notSent);
            } finally {
                sending = null;
            }
            if (blocked && !isFinal(failure)) {
                topic.forgotten(failure);
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

        /** What may succeed when it is repeated says more than what never will. */
        private void done(Exception notWritten) {
            if (notWritten != null && (failure == null || isFinal(failure))) {
                failure = notWritten;
            }
            if (missing.decrementAndGet() == 0) {
                inFlight.give(bytes);
                if (failure == null) {
                    answer.complete();
                } else {
                    answer.fail(failure);
                }
            }
        }
    }
}
