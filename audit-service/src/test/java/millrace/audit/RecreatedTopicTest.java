package millrace.audit;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deletes and recreates a topic on the broker while the service runs. */
@QuarkusTest
@WithTestResource(value = AuditPlatformResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
@Tag("platform")
@Tag("long")
class RecreatedTopicTest {
    Platform platform;

    @Test
    void a_topic_that_was_made_again_begins_a_new_life_and_all_of_it_is_archived() throws Exception {
        var archived = new ArchiveDatabase(platform.jdbcUrl());
        try (var admin = Admin.create(platform.kafkaClient())) {
            send(0, 300);
            archived.awaitNumbers("transactions-dlq", 300);

            var topic = platform.topic("transactions-dlq");
            admin.deleteTopics(List.of(topic)).all().get();
            await().atMost(ArchiveDatabase.SOON)
                    .until(() -> !admin.listTopics().names().get().contains(topic));
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
            send(300, 1300);

            archived.awaitNumbers("transactions-dlq", 1300);
        }
        assertThat(archived.sql("SELECT string_agg(kind || life, ' ') FROM audit.breaks"))
                .isEqualTo("recreated2 recreated2 recreated2");
        assertThat(archived.sql("SELECT count(*) FROM audit.records WHERE life = 2"))
                .isEqualTo("1000");
        assertThat(get("/q/health/ready").asString()).contains("the topic was deleted and made again after offset");
        assertThat(get("/q/metrics").asString())
                .contains("audit_breaks_total{channel=\"transactions-dlq\",kind=\"recreated\"} 3.0");
    }

    private void send(int from, int to) {
        try (var sender = new RecordSender(platform, Map.of())) {
            sender.send("transactions-dlq", from, to);
        }
    }
}
