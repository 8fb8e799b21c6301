package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.order;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss of records that were not read yet is detected and reported. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class PartitionGapsTest {
    /** More records than orders reads ahead while it waits for the database. */
    private static final int RECORDS = 60;

    @Test
    void a_partition_that_was_truncated_before_it_was_read_is_an_alarm_and_goes_on() throws Exception {
        try (var testPlatform = new OrdersTestPlatform(OrdersPlatformResource.platform);
                var admin = Admin.create(Map.copyOf(testPlatform.platform().kafkaClient()))) {
            var none = testPlatform.outOfConnections();
            try {
                var place = testPlatform.send("shop/gap", "x".repeat(250_000).getBytes(UTF_8));
                for (int i = 1; i < RECORDS; i++) {
                    place = testPlatform.send("shop/gap", "x".repeat(250_000).getBytes(UTF_8));
                }
                var partition = new TopicPartition(testPlatform.platform().topic("transactions"), place.partition());
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(place.offset())))
                        .all()
                        .get(20, SECONDS);
            } finally {
                none.close();
            }

            await().atMost(60, SECONDS)
                    .untilAsserted(() -> reader().get("/q/health/ready")
                            .then()
                            .statusCode(200)
                            .body(containsString("were gone before orders had read them")));
            reader().get("/q/metrics").then().body(matchesPattern("(?s).*\\norders_gaps_total [1-9].*"));
            testPlatform.send(order("after-gap-1", "after-gap"));
            reader().get("/orders/shop/after-gap?wait=10s").then().statusCode(200);
        }
    }
}
