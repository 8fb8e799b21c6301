package millrace.audit.question;

import static io.restassured.RestAssured.given;
import static millrace.audit.restore.ArchiveFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.restore.ArchiveFixture;
import millrace.audit.restore.RestoredChannel;
import millrace.events.AuditEvent;
import millrace.events.AuditEvent.RecordsRead;
import millrace.events.Channels;
import millrace.local.Platform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every read is published on audit-events before the answer. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class ReadsOnRecordTest {
    private static final int FAR = 3_000_000;

    Platform platform;

    @Test
    void each_answer_is_on_record_once_with_who_asked_and_how_much_there_was() throws Exception {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            ArchiveFixture.insert(
                    database,
                    IntStream.range(0, 5)
                            .mapToObj(n -> row("orders", 0, FAR + n, n, "shop/o-read", "{}"))
                            .toList());
        }

        assertThat(ask("/audit/orders/shop/o-read?limit=3").statusCode()).isEqualTo(200);
        assertThat(ask("/audit/orders/shop/o-read?format=jsonl").statusCode()).isEqualTo(200);
        assertThat(ask("/audit/orders/shop/o-read/state").statusCode()).isEqualTo(404);
        assertThat(ask("/audit/orders/shop/o-read?limit=none").statusCode()).isEqualTo(400);

        assertThat(about("orders/shop/o-read"))
                .extracting(RecordsRead::by, RecordsRead::question, RecordsRead::records)
                .containsExactly(
                        tuple("test", "/audit/orders/{source}/{number}", 3L),
                        tuple("test", "/audit/orders/{source}/{number}", 5L),
                        tuple("test", "/audit/orders/{source}/{number}/state", 0L));
        assertThat(about("orders/shop/o-read").getFirst().parameters())
                .containsEntry("limit", "3")
                .containsEntry("format", "json");
        awaitArchived("orders/shop/o-read", 3);
    }

    @Test
    @Tag("long")
    @Tag("embedded")
    void while_kafka_is_away_nothing_is_answered() {
        platform.embedded().servers().getFirst().stop();
        try {
            var answer = ask("/audit/orders/shop/o-unseen");

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.contentType()).startsWith("application/problem+json");
            assertThat(answer.header("Retry-After")).isEqualTo("2");
            assertThat(answer.jsonPath().getString("detail"))
                    .startsWith("What is asked of the audit log has to be on record first");
            assertThat(answer.time()).isLessThan(Duration.ofSeconds(10).toMillis());
        } finally {
            platform.embedded().servers().getFirst().start();
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ask("/audit/orders/shop/o-unseen").statusCode() == 200);
    }

    private List<RecordsRead> about(String name) {
        var channel = new RestoredChannel(platform, Channels.AUDIT_EVENTS.name(), 3);
        return IntStream.range(0, 3)
                .mapToObj(channel::records)
                .flatMap(List::stream)
                .map(record -> Channels.AUDIT_EVENTS.value().deserializer().deserialize("", record.value()))
                .flatMap(ReadsOnRecordTest::read)
                .filter(event -> event.about().equals(name))
                .toList();
    }

    private static Stream<RecordsRead> read(AuditEvent event) {
        return event instanceof RecordsRead read ? Stream.of(read) : Stream.empty();
    }

    /** Waits until the events of a key are archived: the channel {@code audit-events} is audited, too. */
    private void awaitArchived(String key, int records) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            try (var database = DriverManager.getConnection(platform.jdbcUrl());
                    var count = database.prepareStatement(
                            "SELECT count(*) FROM audit.records WHERE channel = 'audit-events' AND key = ?")) {
                count.setBytes(1, ArchiveFixture.bytes(key));
                var row = count.executeQuery();
                row.next();
                assertThat(row.getInt(1)).isEqualTo(records);
            }
        });
    }

    private static Response ask(String question) {
        return given().header("Authorization", AuditPlatformResource.READER).get(question);
    }
}
