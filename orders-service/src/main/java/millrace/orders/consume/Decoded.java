package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.orders.domain.Money;
import millrace.orders.domain.OrderValidator;
import millrace.orders.domain.ReasonList;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record of the channel {@code transactions} after decoding: a valid transaction, or the reason why it can never be
 * applied. A valid one has every field that the rules need, and no text that the database cannot
 * store.
 */
sealed interface Decoded {
    /** First instant that both PostgreSQL and ISO 8601 can write. */
    Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Characters of an id; two of them are a key of an index, which takes 2,704 bytes. */
    int LONGEST_ID = 300;

    /** Characters of a text outside of order lines. */
    int LONGEST_TEXT = 1_000;

    /** A well-formed transaction; the rules decide if it is accepted. */
    record Valid(TransactionEvent event) implements Decoded {}

    /**
     * A record that becomes a dead letter.
     *
     * @param reason a sentence, with nothing from the record's body but the edge's own report
     * @param report the edge's report of an order that it could not read
     */
    record Invalid(String reason, Optional<TransactionEvent> report) implements Decoded {
        Invalid(String reason) {
            this(reason, Optional.empty());
        }
    }

    static Decoded of(byte[] key, byte[] value) {
        if (value == null) {
            return new Invalid("The record has no value.");
        }
        if (value.length > TransactionEvent.LARGEST) {
            return new Invalid("The record has %d bytes, the largest transaction has %d."
                    .formatted(value.length, TransactionEvent.LARGEST));
        }
        TransactionEvent event;
        try {
            event = Channels.TRANSACTIONS.value().deserializer().deserialize(Channels.TRANSACTIONS.name(), value);
        } catch (SerializationException e) {
            return new Invalid("The value is not JSON of a transaction.");
        }
        return event == null ? new Invalid("The value is not JSON of a transaction.") : check(key, event);
    }

    private static Decoded check(byte[] key, TransactionEvent event) {
        var fault = all(identity(event), times(event), key(key, event), content(event))
                .findFirst();
        if (fault.isPresent()) {
            return new Invalid(fault.get());
        }
        return event instanceof UnreadableOrderReported report
                ? new Invalid(
                        "The edge could not read the order: "
                                + String.join(" ", ReasonList.of(report.faults().stream())),
                        Optional.of(report))
                : new Valid(event);
    }

    /** Joins the faults of parts of a transaction. */
    @SafeVarargs
    private static Stream<String> all(Stream<String>... parts) {
        var faults = Stream.<String>empty();
        for (var part : parts) {
            faults = Stream.concat(faults, part);
        }
        return faults;
    }

    private static Stream<String> identity(TransactionEvent event) {
        return all(id("eventId", event.eventId()), id("source", event.source()), id("orderId", event.orderId()));
    }

    private static Stream<String> times(TransactionEvent event) {
        return all(time("timestamp", event.timestamp()), time("receivedAt", event.receivedAt()));
    }

    /** Checks that the key is the order's id, and that the id is a source, a slash and a number. */
    private static Stream<String> key(byte[] key, TransactionEvent event) {
        var id = event.orderId();
        if (id == null) {
            return Stream.empty();
        }
        if (!Arrays.equals(key, id.getBytes(UTF_8))) {
            return Stream.of("The record's key is not its order id.");
        }
        int slash = id.indexOf('/');
        return slash > 0 && slash < id.length() - 1
                ? Stream.empty()
                : Stream.of("The order id is not a source, a slash and the source's number of the order.");
    }

    /** Checks the fields that a type needs beyond its identity. */
    private static Stream<String> content(TransactionEvent event) {
        return switch (event) {
            case OrderPlaced order ->
                all(
                        text("customerId", order.customerId()),
                        text("visitor", order.visitor()),
                        text("country", order.country()),
                        text("currency", order.currency()),
                        text(
                                "coupon",
                                order.charges() == null ? null : order.charges().coupon()),
                        lines(order),
                        payment(order));
            case UnreadableOrderReported report -> faults(report);
            case ChangeRequested request -> text("customerId", request.customerId());
            case PaymentReceived payment -> currency(payment.currency());
            case RefundRequested refund ->
                all(
                        isOfAllThatIsLeft(refund) ? Stream.empty() : currency(refund.currency()),
                        text("customerId", refund.customerId()),
                        text("country", refund.country()));
            case CancellationRequested request -> text("reason", request.reason());
            case ShipmentReported shipment -> Stream.empty();
            case DeliveryReported delivery -> Stream.empty();
            case ErasureRequested request -> Stream.empty();
        };
    }

    private static Stream<String> lines(OrderPlaced order) {
        var lines = order.lines();
        if (lines == null) {
            return lacking("lines");
        }
        return IntStream.range(0, lines.size()).boxed().flatMap(i -> line(i + 1, lines.get(i)));
    }

    private static Stream<String> line(int number, OrderLine line) {
        if (line == null) {
            return Stream.of("Line %d is null.".formatted(number));
        }
        if (line.productId() == null) {
            return Stream.of("Line %d lacks its productId.".formatted(number));
        }
        return Stream.of(line.productId(), line.name() == null ? "" : line.name())
                .filter(text -> !isStorable(text))
                .map(text ->
                        "Line %d has a character that neither a database nor a record can keep.".formatted(number));
    }

    /** Checks that a payment has an amount: an order that was paid is corrected by a person, not rejected. */
    private static Stream<String> payment(OrderPlaced order) {
        if (!Boolean.TRUE.equals(order.paid())) {
            return Stream.empty();
        }
        if (!Money.isCurrency(order.currency())) {
            return Stream.of("The order was paid in a currency that is no code of ISO 4217.");
        }
        return order.totalMinor() == null && OrderValidator.sum(order).isEmpty()
                ? Stream.of("The order was paid, has no total, and its parts add up to no amount.")
                : Stream.empty();
    }

    private static Stream<String> faults(UnreadableOrderReported report) {
        if (report.faults() == null || report.faults().contains(null)) {
            return lacking("faults");
        }
        return report.original() == null ? lacking("original") : Stream.empty();
    }

    /** True for a refund without an amount, which stands for all that is left of the order. */
    private static boolean isOfAllThatIsLeft(RefundRequested refund) {
        return refund.currency() == null && refund.amountMinor() == 0;
    }

    private static Stream<String> currency(String currency) {
        return currency == null ? lacking("currency") : text("currency", currency);
    }

    private static Stream<String> id(String field, String id) {
        if (id == null || id.isEmpty()) {
            return lacking(field);
        }
        return text(field, id, LONGEST_ID);
    }

    private static Stream<String> text(String field, String text) {
        return text == null ? Stream.empty() : text(field, text, LONGEST_TEXT);
    }

    private static Stream<String> text(String field, String text, int longest) {
        if (text.length() > longest) {
            return Stream.of(
                    "The field %s has %d characters, the most are %d.".formatted(field, text.length(), longest));
        }
        return isStorable(text)
                ? Stream.empty()
                : Stream.of(
                        "The field %s has a character that neither a database nor a record can keep.".formatted(field));
    }

    private static Stream<String> time(String field, Instant time) {
        if (time == null) {
            return lacking(field);
        }
        return time.isBefore(EARLIEST) || time.isAfter(LATEST)
                ? Stream.of("The field %s is outside the years 1 to 9999.".formatted(field))
                : Stream.empty();
    }

    private static Stream<String> lacking(String field) {
        return Stream.of("The transaction lacks the field %s.".formatted(field));
    }

    /**
     * False for a text with NUL, which PostgreSQL refuses, or with half of a surrogate pair, which UTF-8 turns into
     * another text.
     */
    private static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && UTF_8.newEncoder().canEncode(text);
    }
}
