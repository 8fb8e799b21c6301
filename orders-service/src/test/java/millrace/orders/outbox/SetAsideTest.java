package millrace.orders.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A record that can never be sent blocks its key only, and raises an alarm. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class SetAsideTest {
    private static final String TOO_LARGE = "convert_to(repeat('x', 2000000), 'UTF8')";

    private OrdersTestPlatform testPlatform;

    @BeforeEach
    void open() {
        testPlatform = new OrdersTestPlatform(OrdersPlatformResource.platform);
    }

    @AfterEach
    void close() {
        testPlatform.close();
    }

    @Test
    void it_is_set_aside_with_the_later_ones_of_its_key_and_the_shard_goes_on() throws Exception {
        add("transactions-dlq", "large", TOO_LARGE);
        add("transactions-dlq", "large", "'next'");
        add("transactions-dlq", "beside-large", "'one'");

        awaitValues("beside-large", "one");
        await().atMost(20, SECONDS).until(() -> aside("large") == 2);
        add("transactions-dlq", "large", "'last'");
        await().atMost(20, SECONDS).until(() -> aside("large") == 3);
        var id = id("large");
        reader().get("/outbox?after=" + (id - 1))
                .then()
                .statusCode(200)
                .body("key[0]", equalTo("large"))
                .body("bytes[0]", equalTo(2_000_000))
                .body("reason[0]", containsString("RecordTooLargeException"))
                .body("reason[1]", nullValue());
        await().atMost(20, SECONDS)
                .untilAsserted(() ->
                        reader().get("/q/health/ready").then().statusCode(200).body(containsString("degraded outbox")));
        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/q/metrics")
                        .then()
                        .body(containsString("outbox_set_aside %d.0"
                                .formatted(testPlatform.number("SELECT count(*) FROM orders.outbox_set_aside")))));

        reader().delete("/outbox/" + id).then().statusCode(403);
        backOffice().delete("/outbox/" + id).then().statusCode(200).body("records", equalTo(2));

        awaitValues("large", "next", "last");
        backOffice().delete("/outbox/" + id).then().statusCode(404);
    }

    @Test
    void it_is_sent_again_before_those_that_waited_behind_it() throws Exception {
        add("transactions-dlq", "again-large", TOO_LARGE);
        add("transactions-dlq", "again-large", "'second'");
        await().atMost(20, SECONDS).until(() -> aside("again-large") == 2);
        var id = id("again-large");
        testPlatform.execute("UPDATE orders.outbox_set_aside SET value = 'first' WHERE id = " + id);

        backOffice().post("/outbox/" + id + "/send").then().statusCode(200).body("records", equalTo(2));

        awaitValues("again-large", "first", "second");
    }

    @Test
    void a_row_of_an_unknown_channel_is_set_aside() throws Exception {
        add("no channel!", "unknown", "'x'");
        add("transactions-dlq", "beside-unknown", "'one'");

        awaitValues("beside-unknown", "one");
        await().atMost(20, SECONDS).until(() -> aside("unknown") == 1);
        backOffice().delete("/outbox/" + id("unknown")).then().statusCode(200);
    }

    private void add(String channel, String key, String value) throws Exception {
        testPlatform.execute("""
                INSERT INTO orders.outbox (shard, id, channel, key, headers, value)
                VALUES (0, nextval('orders.outbox_id'), '%s', '%s', '{}', %s)""".formatted(channel, key, value));
    }

    private long aside(String key) throws Exception {
        return testPlatform.number("SELECT count(*) FROM orders.outbox_set_aside WHERE key = '%s'".formatted(key));
    }

    private long id(String key) throws Exception {
        return testPlatform.number("SELECT min(id) FROM orders.outbox_set_aside WHERE key = '%s'".formatted(key));
    }

    private void awaitValues(String key, String... values) {
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(
                                testPlatform.values("transactions-dlq", key).distinct())
                        .containsExactly(values));
    }
}
