package millrace.orders.consume;

import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.order;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fault of this program is no outage: it dead-letters the record at which it fails, and no other. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class ProgramFaultTest {
    @Test
    void a_record_at_which_it_fails_goes_to_the_dead_letters_and_its_neighbours_are_applied() throws Exception {
        try (var testPlatform = new OrdersTestPlatform(OrdersPlatformResource.platform)) {
            testPlatform.send(
                    order("before-fatal-1", "before-fatal"),
                    order("fatal-1", FailingTransactionProcessor.FATAL),
                    order("after-fatal-1", "after-fatal"),
                    order("fatal-2", FailingTransactionProcessor.FATAL));

            reader().get("/orders/shop/before-fatal?wait=10s").then().statusCode(200);
            await().atMost(20, SECONDS)
                    .untilAsserted(
                            () -> reader().get("/dead-letters?key=shop/fatal")
                                    .then()
                                    .body("state", equalTo(List.of("dead", "parked")))
                                    .body(
                                            "reason[0]",
                                            startsWith(
                                                    "Orders fails at it: IndexOutOfBoundsException in FailingTransactionProcessor.")));
            reader().get("/orders/shop/after-fatal?wait=10s").then().statusCode(200);
            reader().get("/q/health/ready").then().statusCode(200).body(containsString("a fault of this program"));
        }
    }
}
