package millrace.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import millrace.events.Catalogue;
import org.junit.jupiter.api.Test;

class PlatformCommandsTest {
    private static final PlatformCommands SHARED = new PlatformCommands(Plan.BASIC_0);
    private static final PlatformCommands DEDICATED = new PlatformCommands(Plan.STANDARD_0);

    @Test
    void a_topic_is_made_without_the_prefix_and_with_its_retention() {
        assertThat(SHARED.create(entry("delete", Optional.of(Duration.ofDays(7)))))
                .isEqualTo("heroku kafka:topics:create clicks --partitions 3 --retention-time 7d");
    }

    @Test
    void a_retention_of_no_whole_days_is_said_in_milliseconds() {
        assertThat(SHARED.create(entry("compact,delete", Optional.of(Duration.ofHours(36)))))
                .isEqualTo(
                        "heroku kafka:topics:create clicks --partitions 3 --retention-time 129600000ms --compaction");
    }

    @Test
    void a_compacted_topic_keeps_as_long_as_the_cluster_can() {
        assertThat(SHARED.create(entry("compact", Optional.empty())))
                .isEqualTo("heroku kafka:topics:create clicks --partitions 3 --retention-time 7d --compaction");
        assertThat(DEDICATED.create(entry("compact", Optional.empty())))
                .isEqualTo("heroku kafka:topics:create clicks --partitions 3 --compaction");
    }

    @Test
    void a_new_platform_needs_every_topic_and_every_group() {
        var entries = Catalogue.entries();

        assertThat(SHARED.all(entries, List.of("orders", "mails")))
                .hasSize(entries.size() + 2)
                .endsWith("heroku kafka:consumer-groups:create orders", "heroku kafka:consumer-groups:create mails");
    }

    private static Catalogue.Entry entry(String policy, Optional<Duration> retention) {
        return new Catalogue.Entry("clicks", "", "", 3, 3, policy, retention, "", List.of(), List.of(), false, false);
    }
}
