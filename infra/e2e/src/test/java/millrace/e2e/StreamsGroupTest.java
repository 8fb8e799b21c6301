package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.PageViews;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Analytics as a streams group with the rights of the application; the broker assigns its tasks (KIP-1071). */
@Tag("platform")
@Tag("long")
@Tag("turn-2")
class StreamsGroupTest {
    private static final Duration WITHIN = Duration.ofSeconds(180);
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final int VIEWS = 60;

    private DataDirectory directory;
    private Platform platform;
    private ServiceInstance analytics;

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(Files.createTempDirectory("streams-group"));
        platform = Platform.start(directory.folder("platform"));
        ServiceInstance.runToEnd(directory, platform, "release");
        var protocol = Map.of("ANALYTICS_GROUP_PROTOCOL", "streams");
        analytics = new ServiceInstance(directory, platform, "analytics", "analytics-1", protocol);
    }

    @AfterEach
    void stop() {
        analytics.close();
        platform.close();
        directory.close();
    }

    @Test
    void the_broker_hands_out_the_tasks_and_the_counts_are_right() throws Exception {
        try (var writer = new ChannelWriter(platform)) {
            writer.write(
                    Channels.CLICKS,
                    IntStream.range(0, VIEWS).mapToObj(StreamsGroupTest::view).toList(),
                    ClickEvent::visitor);
        }

        var channel = new ChannelProbe(platform, "analytics");
        await("all is counted")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(
                                channel.latestByKey(Channels.PAGE_VIEWS).values())
                        .as(analytics::output)
                        .containsExactly(new PageViews(NOON, NOON.plusSeconds(60), "/", VIEWS, VIEWS, false)));
        assertThat(groupType()).isEqualTo(List.of(GroupType.STREAMS));
    }

    private static ClickEvent view(int number) {
        var page = new ClickEvent.Page("/", null, null, null);
        var time = NOON.plusMillis(number);
        return new PageViewed("m" + number, "shop", "v" + number, null, time, time, null, page, null, null);
    }

    private List<GroupType> groupType() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            return admin.listGroups().all().get().stream()
                    .filter(group -> group.groupId().equals(platform.topic("analytics")))
                    .map(group -> group.type().orElseThrow())
                    .toList();
        }
    }
}
