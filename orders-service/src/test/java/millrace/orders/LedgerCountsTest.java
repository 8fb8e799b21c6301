package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.TestTransactions.cancellation;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.shipment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import millrace.events.TransactionEvent;
import millrace.orders.ledger.ReadCounts;
import millrace.orders.ledger.ReadCounts.Disposition;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The totals that orders publishes are those of the records on its channels, also after rolled back transactions. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class LedgerCountsTest {
    /** A partition that the channel does not have, so that its numbers meet no others. */
    private static final int NO_PARTITION = 1_000;

    @Inject
    Mutiny.SessionFactory sessions;

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
    void each_record_that_was_read_is_counted_by_what_became_of_it() throws Exception {
        awaitAllIsCounted();
        var before = sums(Role.READ, "transactions");

        testPlatform.send(
                order("count-1", "count"), cancellation("count-2", "count-unknown", "no"), order("count-1", "count"));
        testPlatform.send("shop/count-dead", "{".getBytes(UTF_8));
        testPlatform.send(shipment("count-3", "count-dead"));

        awaitAllIsCounted();
        var after = sums(Role.READ, "transactions");
        before.forEach((disposition, number) -> after.merge(disposition, -number, Long::sum));
        after.values().removeIf(number -> number == 0);
        assertThat(after)
                .isEqualTo(Map.of("applied", 1L, "refused", 1L, "repeated", 1L, "dead-lettered", 1L, "parked", 1L));
    }

    @Test
    void what_the_back_office_asks_is_counted_where_it_is_written() throws Exception {
        testPlatform.send(order("office-count-1", "office-count"));
        awaitAllIsCounted();
        var before = sums(Role.WROTE, "transactions").getOrDefault("acknowledged", 0L);

        backOffice("office-count")
                .body("{\"reason\":\"test\"}")
                .post("/orders/shop/office-count/cancel")
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(409)));

        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(sums(Role.WROTE, "transactions").get("acknowledged"))
                        .isEqualTo(before + 1));
    }

    @Test
    @Tag("long")
    void rolled_back_transactions_make_no_total_wrong() throws Exception {
        for (int round = 0; round < 5; round++) {
            int first = round * 100;
            testPlatform.send(IntStream.range(first, first + 100)
                    .boxed()
                    .flatMap(i -> Stream.<TransactionEvent>of(
                            order("rolled-back-" + i, "rolled-back-" + i),
                            refund("rolled-back-refund-" + i, "rolled-back-" + i, "GBP", 1)))
                    .toList());
            testPlatform.cutConnections();
        }

        awaitAllIsCounted();
        assertThat(testPlatform.number("SELECT count(*) FROM orders.history WHERE order_id LIKE 'shop/rolled-back-%'"))
                .isEqualTo(1_000);
    }

    @Test
    void a_record_that_is_delivered_again_is_not_counted_again() throws Throwable {
        var now = Instant.now().toEpochMilli();
        var first = new ReadCounts();
        first.add(NO_PARTITION, 7, now, Disposition.APPLIED);
        first.add(NO_PARTITION, 8, now, Disposition.REFUSED);
        var again = new ReadCounts();
        again.add(NO_PARTITION, 7, now, Disposition.REPEATED);
        again.add(NO_PARTITION, 8, now, Disposition.REPEATED);
        again.add(NO_PARTITION, 9, now, Disposition.APPLIED);

        var row = VertxContextSupport.subscribeAndAwait(() ->
                sessions.withStatelessTransaction((session, transaction) -> first.store(session)
                        .chain(() -> again.store(session))
                        .invoke(transaction::markForRollback)
                        .chain(() -> session.createNativeQuery(
                                        "SELECT applied, refused, repeated, next_offset FROM counts WHERE partition = "
                                                + NO_PARTITION,
                                        Object[].class)
                                .getSingleResult())));

        assertThat(row).containsExactly(2L, 1L, 0L, 10L);
    }

    @Test
    void a_report_follows_the_totals() {
        var now = Instant.now();

        await().atMost(30, SECONDS)
                .until(() -> ledger().values().stream()
                        .anyMatch(counted -> counted.isReport()
                                && counted.by().equals("orders")
                                && counted.role() == Role.WROTE
                                && counted.upTo().isAfter(now)));
    }

    /** Waits until the last totals of each minute are those of the records on the channels. */
    private void awaitAllIsCounted() {
        await().atMost(60, SECONDS).untilAsserted(() -> {
            assertThat(testPlatform.number("SELECT count(*) FROM orders.outbox"))
                    .isZero();
            assertThat(numbers(counted -> counted.role() == Role.READ, counted -> true))
                    .isEqualTo(onChannels(Channels.TRANSACTIONS));
            for (var channel : List.of(Channels.ORDERS, Channels.ORDER_STATE, Channels.TRANSACTIONS_DLQ)) {
                Predicate<Counted> isOfChannel = counted ->
                        counted.role() == Role.WROTE && channel.name().equals(counted.channel());
                var certain = numbers(isOfChannel, disposition -> !disposition.equals("unsure"));
                var possible = numbers(isOfChannel, disposition -> true);
                assertThat(onChannels(channel))
                        .allSatisfy((minute, records) -> assertThat(records)
                                .as("%s %s", channel.name(), minute)
                                .isBetween(certain.getOrDefault(minute, 0L), possible.getOrDefault(minute, 0L)));
            }
        });
    }

    private Map<Instant, Long> numbers(Predicate<Counted> which, Predicate<String> dispositions) {
        var numbers = new TreeMap<Instant, Long>();
        ledger().values().stream()
                .filter(counted -> !counted.isReport())
                .filter(which)
                .forEach(counted -> counted.counts().forEach((disposition, number) -> {
                    if (dispositions.test(disposition)) {
                        numbers.merge(counted.minute(), number, Long::sum);
                    }
                }));
        return numbers;
    }

    private Map<Instant, Long> onChannels(Channel<?, ?> channel) {
        return new TreeMap<>(testPlatform.read(channel).stream()
                .collect(groupingBy(
                        record -> Instant.ofEpochMilli(record.timestamp()).truncatedTo(ChronoUnit.MINUTES),
                        counting())));
    }

    private Map<String, Long> sums(Role role, String channel) {
        var sums = new HashMap<String, Long>();
        ledger().values().stream()
                .filter(counted -> counted.role() == role && channel.equals(counted.channel()))
                .forEach(counted ->
                        counted.counts().forEach((disposition, number) -> sums.merge(disposition, number, Long::sum)));
        return sums;
    }

    /** Returns the last value of each key. */
    private Map<String, Counted> ledger() {
        var ledger = new HashMap<String, Counted>();
        testPlatform
                .read(Channels.LEDGER)
                .forEach(record -> ledger.put(
                        new String(record.key(), UTF_8),
                        Channels.LEDGER.value().deserializer().deserialize("ledger", record.value())));
        return ledger;
    }
}
