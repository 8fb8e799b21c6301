package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import millrace.audit.table.ChainName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the loop with a mock consumer and an archive in memory: each poll runs the next step of the test. */
class ChannelArchiverTest {
    private static final TopicPartition CLICKS = new TopicPartition("clicks", 0);
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private int commitFailures;
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (commitFailures > 0) {
                commitFailures--;
                callback.onComplete(offsets, new RetriableCommitFailedException("coordinator moved"));
            } else {
                super.commitAsync(offsets, callback);
            }
        }
    };
    private final InMemoryArchive archive = new InMemoryArchive();
    private final ReadinessAlarms alarms = new ReadinessAlarms();
    private final Map<String, UUID> ids = new HashMap<>(Map.of("clicks", new UUID(0, 1), "orders", new UUID(0, 2)));
    private final TopicIds topicIds = new TopicIds(null) {
        @Override
        public Map<String, UUID> of(Collection<String> topics) {
            return ids;
        }
    };
    private final ChannelArchiver archiver = new ChannelArchiver(
            consumer,
            topicIds,
            archive,
            alarms,
            new ArchiveMetrics(new SimpleMeterRegistry(), new AuditedChannels(Optional.empty())));
    private int polls;

    @BeforeEach
    void assign() {
        step(() -> {
            consumer.rebalance(List.of(CLICKS, ORDERS));
            consumer.updateBeginningOffsets(Map.of(CLICKS, 5L, ORDERS, 0L));
            consumer.updateEndOffsets(Map.of(CLICKS, 10L, ORDERS, 10L));
        });
    }

    @Test
    void a_partition_never_seen_begins_at_its_first_record_and_another_where_its_archive_ends() {
        archive.put(ORDERS, ids.get("orders"), 2);
        step(() -> add(CLICKS, 5, 6));
        step(() -> add(ORDERS, 1, 2, 3));

        run();

        assertThat(archive.appended).containsExactly(5L, 6L, 2L, 3L);
        assertThat(archive.next(CLICKS)).isEqualTo(7);
        assertThat(archive.next(ORDERS)).isEqualTo(4);
    }

    @Test
    void after_a_commit_that_failed_kafka_shows_no_lag_though_no_record_comes() {
        step(() -> add(CLICKS, 5, 6));
        step(() -> commitFailures = 1);
        step(() -> {});
        step(() -> {});

        run();

        assertThat(consumer.committed(Set.of(CLICKS)).get(CLICKS).offset()).isEqualTo(7);
        assertThat(commitFailures).isZero();
    }

    @Test
    void what_the_archive_refused_is_read_again_from_where_the_archive_ends() {
        archive.failures.add(new PositionMoved(new ChainName("clicks", 0), 5));
        step(() -> add(CLICKS, 5, 6));
        step(() -> archive.put(CLICKS, ids.get("clicks"), 6));
        step(() -> add(CLICKS, 5, 6));

        run();

        assertThat(archive.appended).containsExactly(6L);
        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void while_the_archive_refuses_it_is_not_ready() {
        archive.failures.add(new SQLException("full"));
        step(() -> add(CLICKS, 5));
        step(() -> {});
        step(() -> {});

        run();

        assertThat(alarms.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(alarms.call().getData().orElseThrow()).containsEntry("records", "full");
    }

    @Test
    void after_a_signature_that_failed_it_is_ready_again_though_no_record_comes() {
        archive.signatureFailures.add(new SQLException("no lock"));
        step(() -> {});
        step(() -> {});
        step(() -> {});

        run();

        assertThat(archive.signatureFailures).isEmpty();
        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void records_that_the_broker_removed_are_a_gap() {
        step(() -> consumer.updateBeginningOffsets(Map.of(CLICKS, 8L)));
        step(() -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(CLICKS, 5L))));
        step(() -> {});
        step(() -> add(CLICKS, 8));

        run();

        assertThat(archive.discontinuities).containsExactly("clicks gap 0-5", "clicks gap 5-8");
        assertThat(archive.appended).containsExactly(8L);
        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
        assertThat(alarms.call().getData().orElseThrow().get("alarm clicks-0"))
                .isEqualTo("records 5 to 7 were removed before they were archived");
    }

    @Test
    void a_log_that_was_cut_off_is_a_new_life_from_where_it_was_cut() {
        archive.put(CLICKS, ids.get("clicks"), 50);
        step(() -> consumer.setPollException(
                new LogTruncationException(Map.of(CLICKS, 50L), Map.of(CLICKS, new OffsetAndMetadata(7)))));
        step(() -> {});
        step(() -> add(CLICKS, 7));

        run();

        assertThat(archive.discontinuities).contains("clicks truncated 7-50");
        assertThat(archive.appended).containsExactly(7L);
        assertThat(archive.life(CLICKS)).isEqualTo(2);
    }

    @Test
    void a_log_that_was_cut_off_nobody_knows_where_is_archived_once_more() {
        archive.put(CLICKS, ids.get("clicks"), 50);
        step(() -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(CLICKS, 50L))));
        step(() -> {});
        step(() -> add(CLICKS, 5, 6));

        run();

        assertThat(archive.discontinuities).contains("clicks truncated 10-50");
        assertThat(archive.appended).containsExactly(5L, 6L);
    }

    @Test
    void a_topic_that_was_made_again_is_a_new_life_from_its_beginning_and_the_others_go_on() {
        archive.put(CLICKS, new UUID(0, 7), 50);
        step(() -> add(CLICKS, 5));
        step(() -> add(ORDERS, 0));

        run();

        assertThat(archive.discontinuities).containsExactly("clicks recreated 50-5", "clicks gap 0-5");
        assertThat(archive.appended).containsExactly(5L, 0L);
        assertThat(alarms.call().getData().orElseThrow().get("alarm clicks-0"))
                .isEqualTo("records 0 to 4 were removed before they were archived");
    }

    @Test
    void a_topic_without_an_id_waits_and_the_others_go_on() {
        ids.remove("clicks");
        step(() -> add(ORDERS, 0));

        run();

        assertThat(archive.appended).containsExactly(0L);
        assertThat(alarms.call().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void a_partition_whose_database_is_not_what_the_broker_has_waits_and_the_others_go_on() {
        archive.put(CLICKS, ids.get("clicks"), 5);
        archive.refused.add(CLICKS);
        step(() -> add(ORDERS, 0));

        run();

        assertThat(archive.appended).containsExactly(0L);
        assertThat(alarms.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(alarms.call().getData().orElseThrow())
                .containsEntry("evidence of clicks-0", "the record at offset 7 was never on the broker");
    }

    @Test
    void a_gap_begins_behind_what_is_being_kept() {
        var reads = Thread.currentThread();
        archive.put(CLICKS, ids.get("clicks"), 5);
        archive.beforeAppend = () ->
                await().until(() -> reads.getState() == Thread.State.WAITING || !archive.discontinuities.isEmpty());
        step(() -> add(CLICKS, 5, 6));
        step(() -> {
            consumer.updateBeginningOffsets(Map.of(CLICKS, 9L));
            consumer.setPollException(new OffsetOutOfRangeException(Map.of(CLICKS, 7L)));
        });

        run();

        assertThat(archive.appended).containsExactly(5L, 6L);
        assertThat(archive.discontinuities).containsExactly("clicks gap 7-9");
    }

    @Test
    void who_gets_a_partition_finds_kept_what_was_read_of_it() {
        var reads = Thread.currentThread();
        var givenAway = new AtomicBoolean();
        var found = new AtomicLong();
        archive.put(CLICKS, ids.get("clicks"), 5);
        archive.beforeAppend = () -> await().until(() -> reads.getState() == Thread.State.WAITING || givenAway.get());
        step(() -> add(CLICKS, 5, 6));
        step(() -> {
            consumer.rebalance(List.of(ORDERS));
            givenAway.set(true);
            found.set(archive.next(CLICKS));
        });

        run();

        assertThat(found).hasValue(7);
    }

    private void add(TopicPartition partition, long... offsets) {
        for (var offset : offsets) {
            consumer.addRecord(new ConsumerRecord<>(partition.topic(), 0, offset, null, new byte[0]));
        }
    }

    private void step(Runnable task) {
        consumer.schedulePollTask(task);
        polls++;
    }

    /** Adds a poll, in which the last records are appended. */
    private void run() {
        step(() -> {});
        consumer.schedulePollTask(() -> {});
        archiver.run(List.of("clicks", "orders"), () -> polls-- < 0);
    }
}
