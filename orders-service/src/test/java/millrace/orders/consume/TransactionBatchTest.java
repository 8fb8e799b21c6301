package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static millrace.orders.TestTransactions.cancellation;
import static millrace.orders.TestTransactions.line;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.orders.TestTransactions;
import millrace.orders.domain.Order;
import millrace.orders.domain.Transaction.Identity;
import millrace.orders.outbox.OutboxMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Records are applied in batches, each with bounded results. */
class TransactionBatchTest {
    private static final int POLL = 500;
    private static final int MORE_REFUNDS_THAN_ALLOWED = 200;
    private static final OrderLine[] MANY = Collections.nCopies(
                    3_000, new OrderLine("a-product-of-no-great-worth", "MUG", 0, -1))
            .toArray(OrderLine[]::new);

    private final Map<String, Order> table = new HashMap<>();
    private final Map<Identity, Set<String>> inbox = new HashMap<>();
    private long offset;

    @Test
    void cancellations_of_a_large_rejected_order_make_no_more_than_their_own_answers() {
        int order = bytes(enter(unpaid("placed", "large", "GBP", 1L, MANY)).messages());
        assertThat(order).isBetween(200_000, 350_000);

        var batch = enter(many(POLL, i -> cancellation("c" + i, "large", null)));

        assertThat(batch.events()).hasSize(POLL).hasOnlyElementsOfType(TransitionRefused.class);
        assertThat(batch.messages()).extracting(OutboxMessage::channel).containsOnly("orders");
        assertThat(batch.changed()).isEmpty();
        assertThat(batch.refused()).extracting(Order::version).containsExactly(POLL + 1L);
        assertThat(bytes(batch.messages())).isLessThan(POLL * 1_000);
    }

    @Test
    void refunds_of_a_large_order_republish_it_once_for_each_batch_and_up_to_a_limit() {
        enter(order("placed", "large", "GBP", 1_000_000L, MANY));
        int states = 0;
        for (int round = 0; round < 4; round++) {
            int first = round * POLL;
            var batch = enter(many(POLL, i -> refund("r" + (first + i), "large", "GBP", 1)));
            assertThat(bytes(batch.messages())).isLessThan(400_000 + POLL * 1_000);
            states += states(batch).size();
        }

        assertThat(states).isOne();
        for (int i = 0; i < MORE_REFUNDS_THAN_ALLOWED; i++) {
            states += states(enter(refund("single" + i, "large", "GBP", 1))).size();
        }
        assertThat(states).isOne();
    }

    @Test
    void the_last_state_of_each_order_goes_out_after_its_events() {
        var batch = enter(List.of(
                order("a1", "a"), order("b1", "b"), refund("a2", "a", "GBP", 50), refund("a3", "a", "GBP", 5_000)));

        assertThat(batch.messages())
                .extracting(OutboxMessage::channel)
                .containsExactly("orders", "orders", "orders", "orders", "order-state", "order-state");
        assertThat(batch.events()).extracting(OrderEvent::version).containsExactly(1L, 1L, 2L, 3L);
        var state = states(batch).get("shop/a");
        assertThat(state.headers())
                .containsEntry(CloudEvents.ID, batch.events().get(2).eventId());
        assertThat(new String(state.value(), UTF_8)).contains("\"version\":2", "\"refundedMinor\":50");
    }

    @Test
    void a_repeat_counts_once_within_a_batch_and_between_batches() {
        var twice = refund("e1", "a", "GBP", 5);

        assertThat(enter(List.of(twice, twice)).events()).hasSize(1);
        assertThat(enter(twice).events()).isEmpty();
    }

    @Test
    void other_content_under_a_taken_id_is_refused_once() {
        enter(order("e1", "a"));
        var other = order("e1", "b");

        var refused = enter(other);

        assertThat(refused.events()).singleElement().isInstanceOfSatisfying(TransitionRefused.class, event -> {
            assertThat(event.orderId()).isEqualTo("shop/b");
            assertThat(event.reason())
                    .isEqualTo("Event e1 of source shop has been received before with other content:"
                            + " this one is not applied.");
        });
        assertThat(states(refused)).isEmpty();
        assertThat(enter(other).events()).isEmpty();
        assertThat(enter(order("e1", "a")).events()).isEmpty();
        var third = enter(List.of(order("e1", "c"), order("e1", "c"), order("e2", "b")));
        assertThat(third.events())
                .extracting(event -> (Object) event.getClass())
                .containsExactly(TransitionRefused.class, OrderAccepted.class);
        assertThat(Stream.of(refused, third)
                        .flatMap(batch -> batch.events().stream())
                        .map(OrderEvent::eventId))
                .doesNotHaveDuplicates();
    }

    @Test
    void an_id_belongs_to_its_source() {
        var other =
                new CancellationRequested("e1", "other", "shop/a", null, TestTransactions.NOON, TestTransactions.NOON);

        assertThat(enter(List.of(order("e1", "a"), other)).events())
                .hasSize(2)
                .extracting(OrderEvent::eventId)
                .doesNotHaveDuplicates();
    }

    @Test
    void the_edges_digest_says_what_is_a_repeat() {
        var digest = "0123456789abcdef0123456789abcdef";

        var batch = apply(List.of(
                arrival(order("e1", "a"), digest),
                arrival(order("e1", "a", "GBP", null, line(9, 9)), digest),
                arrival(order("e2", "b"), digest),
                arrival(order("e2", "b"), "none of a digest's form")));

        assertThat(batch.events())
                .extracting(event -> (Object) event.getClass())
                .containsExactly(OrderAccepted.class, OrderAccepted.class, TransitionRefused.class);
    }

    @Test
    void what_is_parked_takes_no_id() {
        var waiting = arrival(order("e1", "a"), null);
        var batch = TransactionBatch.apply(
                List.of(),
                Map.of(),
                Set.of(ByteBuffer.wrap(waiting.key())),
                List.of(waiting, arrival(order("e1", "b"), null)));

        assertThat(batch.deadLetters()).hasSize(1);
        assertThat(batch.events()).hasOnlyElementsOfType(OrderAccepted.class);
    }

    @Test
    void a_report_of_an_order_that_was_corrected_is_a_repeat() {
        var digest = "0123456789abcdef0123456789abcdef";
        var report = new UnreadableOrderReported(
                "e1",
                "shop",
                "shop/a",
                null,
                null,
                List.of("currency is none"),
                "{}",
                TestTransactions.NOON,
                TestTransactions.NOON);
        var first = apply(List.of(arrival(report, digest)));
        assertThat(first.deadLetters()).hasSize(1);
        assertThat(first.deadLetters().getFirst().digest()).isEqualTo(digest);

        apply(List.of(arrival(order("e1", "a"), digest)));

        assertThat(apply(List.of(arrival(report, digest))).deadLetters()).isEmpty();
    }

    private static List<TransactionEvent> many(int number, Function<Integer, TransactionEvent> event) {
        return IntStream.range(0, number).boxed().map(event).toList();
    }

    private TransactionBatch enter(TransactionEvent event) {
        return enter(List.of(event));
    }

    private TransactionBatch enter(List<TransactionEvent> events) {
        return apply(events.stream().map(event -> arrival(event, null)).toList());
    }

    /** Applies records as the processor does, with maps in place of its tables. */
    private TransactionBatch apply(List<InboundRecord> arrivals) {
        var batch = TransactionBatch.apply(new ArrayList<>(table.values()), inbox, Set.of(), arrivals);
        Stream.of(batch.created(), batch.changed(), batch.refused())
                .flatMap(List::stream)
                .forEach(order -> table.put(order.id(), order));
        batch.history()
                .forEach(row -> inbox.computeIfAbsent(row.transaction().identity(), identity -> new HashSet<>())
                        .add(row.transaction().digest()));
        return batch;
    }

    private InboundRecord arrival(TransactionEvent event, String digest) {
        var value = Channels.TRANSACTIONS.value().serializer().serialize("transactions", event);
        var record = new ConsumerRecord<>(
                "transactions", 0, offset++, event.orderId().getBytes(UTF_8), value);
        if (digest != null) {
            CloudEvents.add(record.headers(), CloudEvents.DIGEST, digest);
        }
        return InboundRecord.of(record);
    }

    private static Map<String, OutboxMessage> states(TransactionBatch batch) {
        return batch.messages().stream()
                .filter(message -> message.channel().equals(Channels.ORDER_STATE.name()))
                .collect(toMap(message -> new String(message.key(), UTF_8), message -> message));
    }

    private static int bytes(List<OutboxMessage> messages) {
        return messages.stream()
                .mapToInt(message ->
                        message.value().length + message.headers().toString().length())
                .sum();
    }
}
