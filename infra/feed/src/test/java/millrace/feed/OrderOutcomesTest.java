package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes of a feed's orders, as reported by the orders service. */
class OrderOutcomesTest {
    @TempDir
    Path folder;

    private FakeEdge edge;
    private FakeOrders orders;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
        orders = new FakeOrders();
    }

    @AfterEach
    void stop() {
        edge.close();
        orders.close();
    }

    @Test
    void each_order_is_counted_by_its_outcome_and_not_by_the_answer_of_the_edge() throws IOException {
        feed(); // for the ids
        became(1, "paid", "OrderAccepted", "OrderPaid");
        became(2, "rejected", "OrderRejected");
        became(3, "accepted", "TransitionRefused");
        became(4, "accepted", "OrderAccepted");
        orders.put("/dead-letters?key=retail%2F5", "[{\"state\":\"dead\"}]");

        var run = feed("--wait", "--wait-limit", "5s");

        assertThat(run.out())
                .contains("5 accepted by the edge, 0 rejected by it")
                .contains(
                        "Of the 5 orders that the edge accepted: 1 accepted, 1 dead-lettered, 1 paid, 1 refused, 1 rejected");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void an_order_without_an_outcome_is_queried_again() throws IOException {
        feed();
        for (var number = 1; number <= 5; number++) {
            became(number, "accepted", "OrderAccepted");
        }
        orders.miss(3);

        assertThat(feed("--wait", "--wait-limit", "10s").out()).contains("that the edge accepted: 5 accepted");
    }

    @Test
    void an_order_without_an_outcome_at_the_limit_is_counted_as_unknown() throws IOException {
        feed();
        became(1, "accepted", "OrderAccepted");
        orders.put("/orders/retail/2", "{\"status\":\"accepted\",\"history\":[{\"causedBy\":\"other\"}]}");

        var run = feed("--wait", "--wait-limit", "1s");

        assertThat(run.out()).contains("1 accepted, 4 unknown after the limit");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void an_order_is_queried_by_its_source_and_number() throws IOException {
        feed("--wait", "--wait-limit", "0.3s", "--source", "shop 1/a");

        assertThat(orders.asked()).contains("/orders/shop%201%2Fa/1", "/dead-letters?key=shop%201%2Fa%2F1");
    }

    @Test
    void a_key_without_the_right_to_read_stops_it_with_a_sentence() throws IOException {
        var run = feed("--wait", "--reader-key", "nobody");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("answered 401: --reader-key must be a reader's key.");
    }

    @Test
    void without_wait_no_order_is_queried() throws IOException {
        assertThat(feed().exitCode()).isZero();

        assertThat(orders.asked()).isEmpty();
    }

    private FakeEdge.Run feed(String... options) throws IOException {
        var rows = new StringBuilder(
                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n");
        for (var number = 1; number <= 5; number++) {
            rows.append(number).append(",A1,LAMP,2,2010-12-01 08:26:00,2.55,17850,France\n");
        }
        var file = Files.writeString(folder.resolve("a.csv"), rows);
        var arguments = new ArrayList<>(List.of("retail", "--orders-url", orders.url(), file.toString()));
        if (!List.of(options).contains("--reader-key")) {
            arguments.addAll(1, List.of("--reader-key", "reader"));
        }
        arguments.addAll(1, List.of(options));
        return edge.feed(arguments.toArray(String[]::new));
    }

    private void became(int number, String status, String... types) {
        var eventId = edge.requests().stream()
                .filter(request -> request.body().path("orderId").asText().equals("" + number))
                .findFirst()
                .orElseThrow()
                .idempotencyKey();
        var state = FeedMessage.object().put("status", status);
        var history = state.putArray("history");
        for (var type : types) {
            history.addObject().put("type", type).put("causedBy", eventId);
        }
        orders.put("/orders/retail/" + number, state.toString());
    }
}
