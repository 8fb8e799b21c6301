package millrace.ingest;

import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.events.Channels;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The log behind the edge. One producer serves every channel, with the settings, health and metrics of SmallRye's channel
 * {@code log}; records go to it without SmallRye's messages, which cost more than the records.
 */
@Startup
@ApplicationScoped
class Log {
    private static final Logger LOG = Logger.getLogger(Log.class);

    /** Between two warnings: in an outage every request fails alike. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final Map<Channel<?, ?>, String> topics;
    private final AtomicReference<Uni<Void>> partitions = new AtomicReference<>();
    private final InFlight inFlight;
    private final Outcomes outcomes;
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    Log(
            KafkaClientService clients,
            @ConfigProperty(name = "kafka.prefix", defaultValue = "") String prefix,
            InFlight inFlight,
            Outcomes outcomes) {
        this.producer = clients.getProducer("log");
        this.topics = Stream.of(Channels.CLICKS, Channels.TRANSACTIONS, Channels.REJECTED_EVENTS)
                .collect(Collectors.toMap(channel -> channel, channel -> prefix + channel.name()));
        this.partitions.set(lookUpPartitions());
        this.inFlight = inFlight;
        this.outcomes = outcomes;
    }

    /**
     * Completes when every in-sync replica has every entry. Fails with a {@link Refusal} where there is no room for them
     * now, or where one is not acknowledged within the producer's {@code delivery.timeout.ms}; the others may then be
     * there all the same.
     */
    Uni<Void> append(Arrival arrival, List<Entry> entries) {
        if (entries.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var known = partitions.get();
        return known.chain(() -> send(entries))
                .invoke(() -> outcomes.durable(arrival, entries))
                .onFailure(KafkaException.class)
                .invoke(() -> partitions.compareAndSet(known, lookUpPartitions()))
                .onFailure(KafkaException.class)
                .transform(cause -> notDurable(arrival, entries, cause));
    }

    /** Keeps what is refused where someone may look why, and then fails with the refusal. */
    <T> Uni<T> refuse(Arrival arrival, Refusal refusal, byte[] original) {
        return append(arrival, List.of(arrival.rejected(null, 0, refusal.reasons(), original)))
                .chain(() -> Uni.createFrom().failure(refusal));
    }

    /**
     * Finds out where each channel's partitions are, once for all that ask, and again after a failure, because the
     * client may have forgotten them. It runs on a thread of SmallRye's: a send that has to look them up blocks its own
     * thread, which is an event loop's.
     */
    private Uni<Void> lookUpPartitions() {
        return Uni.join()
                .all(topics.values().stream().map(producer::partitionsFor).toList())
                .usingConcurrencyOf(1)
                .andFailFast()
                .replaceWithVoid()
                .memoize()
                .indefinitely();
    }

    private Uni<Void> send(List<Entry> entries) {
        return Uni.createFrom().emitter(answer -> {
            var acks = new Acks(entries, answer);
            inFlight.take(acks.bytes);
            entries.forEach(entry -> send(entry, acks));
        });
    }

    private void send(Entry entry, Acks acks) {
        try {
            producer.unwrap().send(entry.on(topics.get(entry.channel())), acks);
        } catch (KafkaException notSent) {
            acks.onCompletion(null, notSent);
        }
    }

    private Refusal notDurable(Arrival arrival, List<Entry> entries, Throwable cause) {
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
        private final AtomicInteger missing;
        private final UniEmitter<? super Void> answer;
        private volatile Exception failure;

        Acks(List<Entry> entries, UniEmitter<? super Void> answer) {
            this.bytes = entries.stream().mapToLong(Entry::bytes).sum();
            this.missing = new AtomicInteger(entries.size());
            this.answer = answer;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception notWritten) {
            if (notWritten != null) {
                failure = notWritten;
            }
            if (missing.decrementAndGet() == 0) {
                inFlight.give(bytes);
                if (failure == null) {
                    answer.complete(null);
                } else {
                    answer.fail(failure);
                }
            }
        }
    }
}
