package millrace.audit.question;

import static millrace.audit.question.AuditQueryClient.ask;
import static millrace.audit.question.AuditQueryClient.insert;
import static millrace.audit.question.AuditQueryClient.json;
import static millrace.audit.question.AuditQueryClient.problem;
import static millrace.audit.question.AuditQueryClient.reader;
import static millrace.audit.restore.ArchiveFixture.bytes;
import static millrace.audit.restore.ArchiveFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import millrace.audit.AuditPlatformResource;
import millrace.local.Platform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Formats of answers, and problem details. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class AuditAnswersTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final long MS = NOON.toEpochMilli();

    /** Far from the numbers of records that the service itself archives. */
    private static final int FAR = 2_000_000;

    Platform platform;

    @Test
    void an_order_is_as_its_last_record_up_to_the_moment_says() throws Exception {
        insert(
                platform,
                List.of(
                        row("order-state", 0, FAR + 21, MS, "shop/o-state", "{\"version\":1}"),
                        row("order-state", 0, FAR + 22, MS + 1000, "shop/o-state", "{\"version\":2}"),
                        row("order-state", 0, FAR + 23, MS + 1000, "shop/o-state", "{\"version\":3}"),
                        row("order-state", 0, FAR + 24, MS + 5000, "shop/o-state", null)));

        var at = "/audit/orders/shop/o-state/state?at=";
        assertThat(json(ask(at + NOON)).at("/value/version").asInt()).isEqualTo(1);
        assertThat(json(ask(at + NOON.plusMillis(999))).at("/value/version").asInt())
                .isEqualTo(1);
        assertThat(json(ask(at + NOON.plusSeconds(1))).at("/value/version").asInt())
                .isEqualTo(3);
        assertThat(json(ask("/audit/orders/shop/o-state/state")).get("value").isNull())
                .isTrue();
        problem(
                ask(at + NOON.minusMillis(1)),
                404,
                "The archive has no record of order shop/o-state on order-state up to");
    }

    @Test
    void bytes_that_are_no_text_and_no_json_are_in_base64_and_what_is_missing_is_null() throws Exception {
        var names = new byte[][] {bytes("a"), bytes("a"), bytes("b")};
        var values = new byte[][] {bytes("1"), {(byte) 0xff}, null};
        insert(
                platform,
                List.of(
                        row("orders", 0, FAR + 31, MS, "shop/o-bytes", "{\"a\": 1.50,\"a2\":1e3}", names, values),
                        row("orders", 0, FAR + 32, MS, "shop/o-bytes", "{\"a\":1,\"a\":2}"),
                        row("orders", 0, FAR + 33, MS, "shop/o-bytes", "null"),
                        row("orders", 0, FAR + 34, MS, "shop/o-bytes", null)));

        assertThat(ask("/audit/orders/shop/o-bytes?format=jsonl").asString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("\"value\":{\"a\":1.50,\"a2\":1E+3}")
                                .contains("[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"valueBase64\":\"/w==\"},"
                                        + "{\"name\":\"b\",\"value\":null}]"),
                        line -> assertThat(line).contains("\"valueBase64\":\"eyJhIjoxLCJhIjoyfQ==\""),
                        line -> assertThat(line).contains("\"valueBase64\":\"bnVsbA==\""),
                        line -> assertThat(line).contains("\"value\":null}"));
    }

    @Test
    void an_answer_that_nobody_writes_takes_no_turn_from_the_others() {
        for (var i = 0; i < 5; i++) {
            assertThat(reader().head("/audit/orders/shop/o-head").statusCode()).isEqualTo(200);
        }

        assertThat(ask("/audit/orders/shop/o-head").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "orders/shop/o?limit=0;limit must be a number from 1 to 10000, not 0.",
                "orders/shop/o?limit=many;limit must be a number from 1 to 10000, not many.",
                "orders/shop/o?after=x;after must be as the header Link of the answer before says it, which x is not.",
                "orders/shop/o?from=yesterday;from must be an ISO 8601 instant like 2024-05-01T12:00:00Z, not yesterday.",
                "orders/shop/o?from=2024-05-01T12:00:00Z&to=2024-05-01T12:00:00Z;from must be before to",
                "orders/shop/o?format=xml;format must be json or jsonl, not xml.",
                "orders/shop/o/state?at=+1000000000-12-31T00:00:00Z;at must be an ISO 8601 instant",
                "traces/1;A trace is 32 digits of 0-9 and a-f, or a header traceparent with them, not 1."
            })
    void what_makes_no_sense_is_answered_with_what_was_expected(String question, String sentence) {
        problem(ask("/audit/" + question), 400, sentence);
    }
}
