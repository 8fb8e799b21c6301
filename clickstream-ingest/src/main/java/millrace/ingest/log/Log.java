package millrace.ingest.log;

import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
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
import millrace.ingest.http.InFlight;
import millrace.ingest.http.Refusal;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The log behind the edge. One producer serves every channel, with the settings, health and metrics of SmallRye's channel
 * {@code log}; records go to it without SmallRye's messages, which cost more than the records.
 *
 * <p>It is made when it is used first: SmallRye's producers are not there before.
 */
@Startup
@ApplicationScoped
public class Log {
    private static final Logger LOG = Logger.getLogger(Log.class);

    /** Between two warnings: in an outage every request fails alike. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final Map<Channel<?, ?>, String> topics;
    private final AtomicReference<Future<Void>> partitions =
            new AtomicReference<>(Future.failedFuture("not looked up"));
    private final Vertx vertx;
    private final InFlight inFlight;
    private final Recent recent;
    private final Outcomes outcomes;
    private final Counts counts;
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    Log(
            KafkaClientService clients,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            Vertx vertx,
            IngestConfig config,
            InFlight inFlight,
            Outcomes outcomes,
            Counts counts) {
        this.producer = clients.getProducer("log");
        this.topics = Stream.of(Channels.CLICKS, Channels.TRANSACTIONS, Channels.REJECTED_EVENTS)
                .collect(Collectors.toMap(channel -> channel, channel -> prefix.orElse("") + channel.name()));
        partitions();
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.recent = new Recent(config.remembered());
        this.outcomes = outcomes;
        this.counts = counts;
    }

    /**
     * Completes, on the event loop of the caller, when every in-sync replica has every entry. What is known to be there already
     * is not written again. Fails with a {@link Refusal} where there is no room for them now, or where one is not acknowledged
     * within the producer's {@code delivery.timeout.ms}; the others may then be there all the same.
     */
    public Future<Void> append(Arrival arrival, List<Entry> entries) {
        var fresh =
                entries.stream().filter(entry -> !recent.has(entry.identity())).toList();
        outcomes.repeated(arrival, entries.size() - fresh.size());
        if (fresh.isEmpty()) {
            return Future.succeededFuture();
        }
        var caller = (ContextInternal) vertx.getOrCreateContext();
        var known = partitions();
        var sent = known.succeeded() ? send(fresh, caller) : here(caller, known).compose(found -> send(fresh, caller));
        return sent.transform(done -> {
            if (done.succeeded()) {
                fresh.forEach(entry -> recent.add(entry.identity()));
                outcomes.durable(arrival, fresh);
                return sent;
            }
            var cause = done.cause();
            return Future.failedFuture(
                    cause instanceof KafkaException ? notDurable(arrival, fresh, known, cause) : cause);
        });
    }

    /** Keeps what is refused where someone may look why, and then fails with the refusal. */
    public <T> Future<T> refuse(Arrival arrival, Refusal refusal, byte[] original) {
        return append(arrival, List.of(arrival.rejected(null, 0, refusal.reasons(), original)))
                .compose(kept -> Future.failedFuture(refusal));
    }

    /**
     * Knows where each channel's partitions are. They are looked up once for all that ask, and again after a failure, because the
     * client may have forgotten them. It runs on a thread of SmallRye's: a send that has to look them up blocks its own
     * thread, which is an event loop's.
     */
    private Future<Void> partitions() {
        var known = partitions.get();
        if (known.failed()) {
            var found = Promise.<Void>promise();
            if (partitions.compareAndSet(known, found.future())) {
                Uni.join()
                        .all(topics.values().stream()
                                .map(producer::partitionsFor)
                                .toList())
                        .usingConcurrencyOf(1)
                        .andFailFast()
                        .subscribe()
                        .with(all -> found.complete(), found::fail);
            }
        }
        return partitions.get();
    }

    /** The same, on the caller's event loop. */
    private static Future<Void> here(ContextInternal caller, Future<Void> elsewhere) {
        Promise<Void> here = caller.promise();
        elsewhere.onComplete(here);
        return here.future();
    }

    private Future<Void> send(List<Entry> entries, ContextInternal caller) {
        var acks = new Acks(entries, caller.promise());
        inFlight.take(acks.bytes);
        for (var entry : entries) {
            send(entry, acks);
        }
        return acks.answer.future();
    }

    private void send(Entry entry, Acks acks) {
        try {
            producer.unwrap().send(entry.on(topics.get(entry.channel())), acks);
        } catch (KafkaException notSent) {
            acks.onCompletion(null, notSent);
        }
    }

    private Refusal notDurable(Arrival arrival, List<Entry> entries, Future<Void> known, Throwable cause) {
        partitions.compareAndSet(known, Future.failedFuture(cause));
        outcomes.notDurable(arrival, entries);
        warn(cause);
        return Refusal.notDurable();
    }

    private void warn(Throwable cause) {
        var now = System.nanoTime();
        var until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET.toNanos())) {
            LOG.warnf("The log does not acknowledge: %s", cause.getMessage());
        }
    }

    /** Waits for the broker's answer to each record of one request. */
    private final class Acks implements Callback {
        private final long bytes;
        private final long acceptedAt;
        private final AtomicInteger missing;
        private final Promise<Void> answer;
        private volatile Exception failure;

        Acks(List<Entry> entries, Promise<Void> answer) {
            this.bytes = entries.stream().mapToLong(Entry::bytes).sum();
            this.acceptedAt = entries.getFirst().acceptedAt().toEpochMilli();
            this.missing = new AtomicInteger(entries.size());
            this.answer = answer;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception notWritten) {
            if (notWritten == null) {
                counts.acknowledged(metadata.topic(), metadata.timestamp());
            } else {
                failure = notWritten;
                if (metadata != null) {
                    counts.unsure(metadata.topic(), acceptedAt);
                }
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
