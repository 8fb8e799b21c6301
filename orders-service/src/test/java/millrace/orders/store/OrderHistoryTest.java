package millrace.orders.store;

import static millrace.orders.OrdersApi.reader;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.concurrent.FutureTask;
import millrace.events.Json;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import millrace.orders.TestTransactions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class OrderHistoryTest {
    private static final int CHANGES = 300;

    /** One more event of the order, and its new state, in one transaction as the service writes them. */
    private static final String CHANGE = """
            WITH changed AS (
                UPDATE orders.orders SET version = version + 1, state_version = version + 1
                WHERE id = 'shop/moment' RETURNING id, version)
            INSERT INTO orders.history (source, cause, variant, digest, order_id, version, event)
            SELECT 'shop', 'moment-change-' || version, '', '', id, version, json_build_object('version', version)
            FROM changed""";

    @Test
    void an_order_and_its_history_are_of_the_same_moment() throws Exception {
        try (var testPlatform = new OrdersTestPlatform(OrdersPlatformResource.platform)) {
            testPlatform.send(TestTransactions.order("moment-1", "moment"));
            reader().get("/orders/shop/moment?wait=10s").then().statusCode(200);
            var changes = new FutureTask<>(() -> {
                for (var change = 0; change < CHANGES; change++) {
                    testPlatform.execute(CHANGE);
                }
                return CHANGES;
            });
            Thread.ofVirtual().start(changes);

            while (!changes.isDone()) {
                var answer =
                        Json.MAPPER.readTree(reader().get("/orders/shop/moment").asByteArray());
                var history = answer.path("history");
                assertThat(history.path(history.size() - 1).path("version").asLong())
                        .isEqualTo(answer.path("version").asLong());
            }
            assertThat(changes.get()).isEqualTo(CHANGES);
        }
    }
}
