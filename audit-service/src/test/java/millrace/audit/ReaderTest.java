package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop without Kafka and without a database: each poll runs the next step of a test's story. */
class ReaderTest {
    private static final TopicPartition CLICKS = new TopicPartition("clicks", 0);
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Memory archive = new Memory();
    private final Condition condition = new Condition();
    private final Reader reader = new Reader(
            consumer, archive, condition, new Meters(new SimpleMeterRegistry(), new AuditedChannels(Optional.empty())));
    private int polls;

    /** An archive in memory that fails when it is told to. */
    private static final class Memory extends Archive {
        final Map<TopicPartition, Long> next = new HashMap<>();
        final List<Long> kept = new ArrayList<>();
        final List<String> gaps = new ArrayList<>();
        final Queue<SQLException> failures = new ArrayDeque<>();

        Memory() {
            super(null, null, null);
        }

        @Override
        Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
            return partitions.stream().filter(next::containsKey).collect(Collectors.toMap(p -> p, next::get));
        }

        @Override
        void begin(Map<TopicPartition, Long> offsets) {
            next.putAll(offsets);
        }

        @Override
        void keep(List<Stretch> stretches) throws SQLException {
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            stretches.forEach(stretch -> {
                stretch.records().forEach(record -> kept.add(record.offset()));
                next.put(stretch.partition(), stretch.to());
            });
        }

        @Override
        void skip(TopicPartition partition, long from, long to) {
            gaps.add(partition + " " + from + "-" + to);
            next.put(partition, to);
        }
    }

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
        archive.next.put(ORDERS, 2L);
        step(() -> add(CLICKS, 5, 6));
        step(() -> add(ORDERS, 1, 2, 3));

        run();

        assertThat(archive.kept).containsExactly(5L, 6L, 2L, 3L);
        assertThat(archive.next).containsEntry(CLICKS, 7L).containsEntry(ORDERS, 4L);
    }

    @Test
    void what_the_archive_refused_is_read_again_from_where_the_archive_ends() {
        archive.failures.add(new PositionMoved(CLICKS, 5));
        step(() -> add(CLICKS, 5, 6));
        step(() -> archive.next.put(CLICKS, 6L));
        step(() -> add(CLICKS, 5, 6));

        run();

        assertThat(archive.kept).containsExactly(6L);
        assertThat(condition.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void while_the_archive_refuses_it_is_not_ready() {
        archive.failures.add(new SQLException("full"));
        step(() -> add(CLICKS, 5));
        step(() -> {});
        step(() -> {});

        run();

        assertThat(condition.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(condition.call().getData().orElseThrow()).containsOnly(Map.entry("records", "full"));
    }

    @Test
    void records_that_the_broker_removed_are_a_gap() {
        step(() -> consumer.updateBeginningOffsets(Map.of(CLICKS, 8L)));
        step(() -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(CLICKS, 5L))));
        step(() -> {});
        step(() -> add(CLICKS, 8));

        run();

        assertThat(archive.gaps).containsExactly("clicks-0 5-8");
        assertThat(archive.kept).containsExactly(8L);
    }

    @Test
    void a_topic_that_was_cut_off_or_made_again_is_an_alarm_and_the_others_go_on() {
        archive.next.put(CLICKS, 50L);
        step(() -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(CLICKS, 50L))));
        step(() -> {});
        step(() -> add(ORDERS, 0));

        run();

        assertThat(archive.kept).containsExactly(0L);
        assertThat(condition.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(condition.call().getData().orElseThrow().get("clicks-0"))
                .asString()
                .startsWith("the archive ends at 50, which the broker does not have");
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

    private void run() {
        consumer.schedulePollTask(() -> {});
        reader.read(List.of("clicks", "orders"), () -> polls-- < 0);
    }
}
