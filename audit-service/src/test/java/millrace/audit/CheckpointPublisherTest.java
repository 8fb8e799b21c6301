package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.audit.chain.SigningKey;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import millrace.local.Platform;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads the published checkpoints of the archive. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = @ResourceArg(name = "audit.segment-age", value = "1s"))
@Tag("platform")
class CheckpointPublisherTest {
    Platform platform;

    @Inject
    AuditTrail running;

    @Inject
    ArchiveConsumerFactory consumers;

    @Inject
    Archive archive;

    @Inject
    ReadinessAlarms alarms;

    @Inject
    ArchiveMetrics metrics;

    /** Replaces the audit trail of the service after a test has stopped it. */
    private static AuditTrail next;

    @AfterAll
    static void stop() throws InterruptedException {
        if (next != null) {
            next.stop(null);
        }
    }

    @Test
    void each_segment_is_published_signed_and_continues_the_one_before() throws Exception {
        var archived = new ArchiveDatabase(platform.jdbcUrl());
        try (var sender = new RecordSender(platform, Map.of())) {
            sender.send("clicks", 0, 5000);
            archived.awaitNumbers("clicks", 5000);
        }
        awaitPublished(archived, "clicks", 5000);

        var key =
                SigningKey.parse(platform.configVars().get("AUDIT_SIGNING_KEY")).publicKey();
        var published = published();
        assertThat(published)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(key.verifies(
                                record.value(),
                                record.headers().lastHeader("signature").value()))
                        .isTrue());
        for (var partition = 0; partition < 3; partition++) {
            continuous(checkpoints(published, partition));
        }
    }

    @Test
    void what_was_not_confirmed_before_the_process_ended_is_published_by_the_next() throws Exception {
        var archived = new ArchiveDatabase(platform.jdbcUrl());
        try (var sender = new RecordSender(platform, Map.of())) {
            sender.send("orders", 0, 3000);
        }
        archived.awaitNumbers("orders", 3000);
        awaitPublished(archived, "orders", 3000);
        var before = published().size();

        running.stop(null);
        archived.sql("UPDATE audit.positions SET published = 0 WHERE channel = 'orders'");
        next = new AuditTrail(consumers, archive, alarms, metrics);
        next.start(null);
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> archived.sql("SELECT count(*) FROM audit.positions WHERE channel = 'orders' AND published"
                                + " = (SELECT count(*) FROM audit.segments s WHERE s.channel = 'orders'"
                                + " AND s.partition = positions.partition)")
                        .equals("3"));

        var again = published();
        assertThat(again).hasSizeGreaterThan(before);
        assertThat(again.stream().filter(record -> record.key().startsWith("1/orders/0/0")))
                .hasSize(2)
                .extracting(record -> new String(record.value(), UTF_8))
                .containsOnly(new String(
                        again.stream()
                                .filter(record -> record.key().equals("1/orders/0/0"))
                                .findFirst()
                                .orElseThrow()
                                .value(),
                        UTF_8));
    }

    private static void continuous(List<Checkpoint> chain) {
        assertThat(chain).isNotEmpty();
        for (var i = 1; i < chain.size(); i++) {
            var before = chain.get(i - 1);
            assertThat(chain.get(i))
                    .returns((long) i, Checkpoint::segment)
                    .returns(before.nextSeq(), Checkpoint::firstSeq)
                    .returns(before.toOffset(), Checkpoint::fromOffset)
                    .returns(before.head(), Checkpoint::previousHead)
                    .satisfies(checkpoint -> assertThat(checkpoint.locators())
                            .hasSize((int) (checkpoint.nextSeq() - checkpoint.firstSeq()) * 8));
        }
    }

    private static List<Checkpoint> checkpoints(List<ConsumerRecord<String, byte[]>> published, int partition) {
        var reader = Channels.AUDIT_CHECKPOINTS.value().deserializer();
        return published.stream()
                .map(record -> reader.deserialize("", record.value()))
                .filter(checkpoint -> checkpoint.channel().equals("clicks") && checkpoint.partition() == partition)
                .sorted(Comparator.comparingLong(Checkpoint::segment))
                .toList();
    }

    /** Waits until closed segments have all entries; the last segment is closed after a second. */
    private static void awaitPublished(ArchiveDatabase archived, String channel, int entries) {
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> ("" + entries)
                        .equals(archived.sql("SELECT sum(next_seq) FROM audit.positions p WHERE channel = '" + channel
                                + "' AND next_seq ="
                                + " (SELECT max(next_seq) FROM audit.segments s WHERE s.channel = p.channel"
                                + " AND s.partition = p.partition)")));
    }

    private List<ConsumerRecord<String, byte[]>> published() {
        var topic = platform.topic("audit-checkpoints");
        var settings = new HashMap<>(platform.kafkaClient());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var most = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            var read = new ArrayList<ConsumerRecord<String, byte[]>>();
            var end = System.nanoTime() + ArchiveDatabase.SOON.toNanos();
            while (read.size() < most && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(read::add);
            }
            return read;
        }
    }
}
