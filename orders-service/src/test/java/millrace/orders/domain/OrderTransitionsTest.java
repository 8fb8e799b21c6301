package millrace.orders.domain;

import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.SHIPPED;
import static millrace.orders.TestTransactions.NOON;
import static millrace.orders.TestTransactions.cancellation;
import static millrace.orders.TestTransactions.change;
import static millrace.orders.TestTransactions.delivery;
import static millrace.orders.TestTransactions.erasure;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.payment;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.shipment;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The next status for every status and every transaction. */
class OrderTransitionsTest {
    private Optional<OrderState> state = Optional.empty();

    /** Next status by status and transaction; "-" is a refusal. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing    | OrderAccepted | - | -         | -            | -              | OrderRefunded | -              | -
            accepted   | -             | - | OrderPaid | -            | -              | -             | OrderCancelled | OrderErased
            rejected   | OrderAccepted | - | -         | -            | -              | -             | -              | OrderErased
            paid       | -             | - | -         | OrderShipped | -              | OrderRefunded | OrderCancelled | OrderErased
            shipped    | -             | - | -         | -            | OrderDelivered | OrderRefunded | -              | OrderErased
            delivered  | -             | - | -         | -            | -              | OrderRefunded | -              | OrderErased
            cancelled  | -             | - | -         | -            | -              | -             | -              | OrderErased
            refunded   | -             | - | -         | -            | -              | -             | -              | OrderErased
            on-account | OrderAccepted | - | -         | -            | -              | OrderRefunded | -              | OrderErased
            erased     | -             | - | -         | -            | -              | -             | -              | -
            """)
    void every_transaction_is_answered_in_every_status(ArgumentsAccessor row) {
        var asked = List.of(
                order("e9", "1"),
                change("e9", "1"),
                payment("e9", "1", "GBP", 1050),
                shipment("e9", "1"),
                delivery("e9", "1"),
                refund("e9", "1", "GBP", 1),
                cancellation("e9", "1", null),
                erasure("e9", "1"));
        var answers = new ArrayList<String>();
        for (var each : asked) {
            state = StatusText.read(row.getString(0)).map(status -> known(status, 0));
            var answer = ask(each);
            answers.add(
                    answer instanceof TransitionRefused
                            ? "-"
                            : answer.getClass().getSimpleName());
        }

        assertThat(answers)
                .containsExactlyElementsOf(
                        row.toList().stream().skip(1).map(String::valueOf).toList());
    }

    @Test
    void the_table_above_has_every_status_and_every_transaction() {
        assertThat(Status.values()).hasSize(9);
        assertThat(TransactionEvent.class.getPermittedSubclasses())
                .as("all but the report of an order that is dead-lettered")
                .hasSize(9);
    }

    static Stream<TransactionEvent> hopeless() {
        return Stream.of(
                refund("e9", "1", "GBP", 0),
                refund("e9", "1", "GBP", -1),
                refund("e9", "1", "EUR", 1),
                refund("e9", "1", null, 1),
                refund("e9", "1", "GBP", Long.MAX_VALUE),
                cancellation("e9", "1", "too late"));
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void what_cannot_be_granted_is_refused(TransactionEvent asked) {
        for (var status : new Status[] {SHIPPED, ON_ACCOUNT}) {
            state = Optional.of(known(status, 10));

            assertThat(ask(asked)).isInstanceOf(TransitionRefused.class);
        }
    }

    private static OrderState known(Status status, long refunded) {
        var placed = order("e1", "1");
        return new OrderState(
                "shop/1", 1, status, "France", "GBP", 1050, refunded, placed.lines(), List.of(), NOON, NOON);
    }

    private OrderEvent ask(TransactionEvent asked) {
        return new Order("shop/1", 1, 0, null, state)
                .decide(new Transaction(asked, ""))
                .event();
    }
}
