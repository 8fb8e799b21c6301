package millrace.audit.restore;

import static millrace.audit.restore.ArchiveFixture.row;
import static millrace.audit.restore.RestoreTestBed.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Targets that are refused, and the rate limit. */
@Tag("platform")
@Tag("long")
class RestoreTargetTest {
    private static RestoreTestBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = new RestoreTestBed();
        bed.archive("some", 40);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void no_channel_of_the_catalogue_and_not_the_original() {
        // fork: analytics
        for (var known : List.of("orders", "clicks", "analytics-events-changelog", "some")) {
            // fork: instead for (var known : List.of("orders", "clicks", "some")) {
            // fork: end
            assertThatThrownBy(() -> bed.restore("some", known))
                    .isInstanceOf(CannotRestore.class)
                    .hasMessageStartingWith("Nothing is restored into " + known);
        }
    }

    @Test
    void none_that_is_not_there_or_too_narrow() throws Exception {
        bed.make("narrow", 2);

        assertThatThrownBy(() -> bed.restore("some", "nowhere"))
                .hasMessageStartingWith("There is no channel nowhere, and some has 3")
                .hasMessageContaining("--partitions 3");
        assertThatThrownBy(() -> bed.restore("some", "narrow"))
                .hasMessageStartingWith("narrow has 2 partitions, and some has 3");
    }

    @Test
    void none_that_has_lost_what_was_restored() throws Exception {
        bed.make("forgetful", 3);
        bed.restore("some", "forgetful");
        var partition = new TopicPartition(bed.platform().topic("forgetful"), 1);
        try (var admin = Admin.create(bed.platform().kafkaClient())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> bed.restore("some", "forgetful"))
                .hasMessageStartingWith("Partition 1 of forgetful has lost its beginning");
    }

    @Test
    void none_that_another_process_restores_into() throws Exception {
        bed.make("both", 3);

        try (var connection = bed.connect()) {
            RestoreJob.of(RestoreTestBed.all(connection, "some"), bed.target("both"), "replay");

            assertThatThrownBy(() -> bed.restore("some", "both"))
                    .isInstanceOf(CannotRestore.class)
                    .hasMessageStartingWith("Another process is restoring this already");
        }
    }

    @Test
    void a_record_that_kafka_refuses_is_named_and_nothing_goes_behind_it() throws Exception {
        bed.archive(List.of(
                row("large", 0, 0, NOON, "k", "small"),
                row("large", 0, 1, NOON, "k", "x".repeat(2 << 20)),
                row("large", 0, 2, NOON, "k", "small")));
        var back = bed.make("large-back", 1);

        assertThatThrownBy(() -> bed.restore("large", "large-back"))
                .isInstanceOf(CannotRestore.class)
                .hasMessageStartingWith("The record large/0/1/1 cannot be restored: ");
        assertThat(back.values(0)).isSubsetOf("small").hasSizeLessThan(2);
    }

    @Test
    void no_more_records_a_second_than_it_is_told() throws Exception {
        bed.make("slow", 3);

        try (var connection = bed.connect()) {
            var job = RestoreJob.of(RestoreTestBed.all(connection, "some"), bed.target("slow"), "slow");
            var end = job.run(20, progress -> {}, () -> false);

            assertThat(end.isComplete()).isTrue();
            assertThat(end.elapsed().toMillis()).isGreaterThanOrEqualTo(1900);
        }
    }
}
