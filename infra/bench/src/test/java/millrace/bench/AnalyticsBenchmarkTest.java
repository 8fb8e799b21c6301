package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import millrace.bench.ClickGenerator.Shape;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of the analytics benchmark, and the data that they come from. */
class AnalyticsBenchmarkTest {
    @Test
    void offsets_of_other_channels_and_of_no_commit_do_not_count() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        offsets.put(new TopicPartition("p.clicks", 0), new OffsetAndMetadata(70));
        offsets.put(new TopicPartition("p.clicks", 1), new OffsetAndMetadata(7));
        offsets.put(new TopicPartition("p.clicks", 2), null);
        offsets.put(new TopicPartition("p.orders", 0), new OffsetAndMetadata(700));

        assertThat(AnalyticsBenchmark.committed("p.clicks", offsets)).isEqualTo(77);
    }

    @Test
    void the_usage_of_a_folder_is_that_of_all_its_files(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a"), "1234");
        Files.writeString(Files.createDirectories(folder.resolve("b/c")).resolve("d"), "56789");

        assertThat(AnalyticsBenchmark.diskUsage(folder.toFile())).isEqualTo(9);
        assertThat(AnalyticsBenchmark.diskUsage(folder.resolve("none").toFile()))
                .isZero();
    }

    @Test
    void a_line_has_the_ratio_to_a_consumer_that_only_reads() {
        var result = new CatchUp.Result(
                24_680.4, 24_680.4, 38.25, 0, 12.04, 0, 260L << 20, Duration.ofMillis(4_125), Duration.ofMillis(310));

        assertThat(AnalyticsBenchmark.text(
                        "at_least_once", new AnalyticsBenchmark.CaughtUp(result, 34_500_000), 246_804))
                .isEqualTo("at_least_once    24,680 events/s, 0.100 of read; CPU us each: service 38.3, broker 12.0;"
                        + " 260 MiB, 32.9 MiB on disk; first commit after 4.1 s, longest pause 0.3 s");
    }

    @Test
    void one_thing_changes_at_a_time() {
        var shapes = AnalyticsBenchmark.shapes(new Shape(50_000, 300, 1_000), 300_000);

        assertThat(shapes)
                .hasSize(7)
                .containsEntry("usual", new Shape(50_000, 300, 1_000))
                .containsEntry("500,000 visitors", new Shape(500_000, 300, 1_000))
                .containsEntry("30 pages", new Shape(50_000, 30, 1_000))
                .containsEntry("500 minutes", new Shape(50_000, 300, 10));
    }

    @Test
    void a_view_is_looked_for_by_its_minute_and_page() {
        var key = AnalyticsBenchmark.key(Instant.parse("2024-05-01T12:00:59.999Z"), "/measured-7");

        assertThat(key).isEqualTo("2024-05-01T12:00:00Z|/measured-7");
        assertThat(AnalyticsBenchmark.isMeasured(key)).isTrue();
        assertThat(AnalyticsBenchmark.isMeasured("2024-05-01T12:00:00Z|/page-7"))
                .isFalse();
    }
}
