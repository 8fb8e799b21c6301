package millrace.ingest.publish;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import millrace.events.Channels;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Publishes the {@link EdgeRecordCounts} of this process to the channel {@code ledger}, and after them a report that
 * they are there. Counts that are not acknowledged are published again in the next report. A process that ends without
 * a last report leaves a gap, which a comparison of the ledger detects.
 */
@Singleton
class LedgerReporter {
    private static final Logger LOG = Logger.getLogger(LedgerReporter.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    /** Limit of the wait for an acknowledgement: more than the producer's {@code delivery.timeout.ms}. */
    private static final Duration WITHIN = Duration.ofSeconds(3);
    /** Limit of the lookup of the channel's partitions. */
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Differs after each start, because the counts end with the process. */
    private final String by = "web/" + UUID.randomUUID();

    private final EdgeRecordCounts counts;
    private final KafkaClientService clients;
    private final String prefix;
    private final Vertx vertx;
    private boolean failing;

    LedgerReporter(
            EdgeRecordCounts counts,
            KafkaClientService clients,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            Vertx vertx) {
        this.counts = counts;
        this.clients = clients;
        this.prefix = prefix.orElse("");
        this.vertx = vertx;
    }

    /** Reports at once and then periodically: the ledger knows even a process that is killed a second later. */
    void start(@Observes StartupEvent event) {
        vertx.executeBlocking(() -> report(false));
        vertx.setPeriodic(EVERY.toMillis(), timer -> vertx.executeBlocking(() -> report(false)));
    }

    /** Publishes the last report. By now every request has its response, or never gets one. */
    void stop(@Observes ShutdownEvent event) {
        producer().flush();
        report(true);
    }

    /** Publishes one report. Returns true where all of it is acknowledged; otherwise the counts stay unreported. */
    private synchronized boolean report(boolean ended) {
        var at = Instant.now();
        var unreported = counts.unreported();
        try {
            lookUp();
            var acknowledgements = new ArrayList<Future<RecordMetadata>>();
            for (var total : unreported) {
                acknowledgements.add(send(counted(total)));
                if (acknowledgements.getLast().state() == Future.State.FAILED) {
                    break; // The producer does not know the partitions, and each further send would fail alike.
                }
            }
            for (var acknowledgement : acknowledgements) {
                acknowledgement.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            }
            send(Counted.report(by, Role.WROTE, at, ended)).get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            counts.reported(unreported, at);
            failing = false;
            return true;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            failed(e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until the producer knows the partitions, because its {@code send} does not wait. */
    private void lookUp() throws InterruptedException {
        var until = System.nanoTime() + LOOK_UP.toNanos();
        while (true) {
            try {
                producer().partitionsFor(prefix + Channels.LEDGER.name());
                return;
            } catch (KafkaException unknown) {
                if (System.nanoTime() - until > 0) {
                    throw unknown;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private Counted counted(EdgeRecordCounts.Total total) {
        var channel = total.topic().substring(prefix.length());
        var counts = Map.of(Counted.ACKNOWLEDGED, total.acknowledged(), Counted.UNSURE, total.unsure());
        return Counted.wrote(by, channel, null, total.minute(), counts);
    }

    private Future<RecordMetadata> send(Counted counted) {
        var channel = Channels.LEDGER;
        var value = channel.value().serializer().serialize(channel.name(), counted);
        return producer().send(new ProducerRecord<>(prefix + channel.name(), counted.key(), value));
    }

    private Producer<String, byte[]> producer() {
        return clients.<String, byte[]>getProducer("log").unwrap();
    }

    private void failed(Exception failure) {
        if (!failing) {
            LOG.warnf("The counts for the ledger are not acknowledged: %s", failure.getMessage());
        }
        failing = true;
    }
}
