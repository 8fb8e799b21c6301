package millrace.orders.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.persistence.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.orders.domain.Money;
import millrace.orders.domain.StatusText;
import millrace.orders.store.HistoryEntry;
import millrace.orders.store.OrderHistory;

/**
 * An order over HTTP.
 *
 * @param history its events as they were published, the latest {@value OrderHistory#MOST}; left out in lists
 * @param total decimal, in {@code currency}
 * @param refunded decimal, in {@code currency}
 * @param version of the last event that changed it
 * @param discrepancies of an order that was paid and does not add up, a sentence each
 * @param charges left out where there are none, and in lists
 * @param lines left out in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderView(
        String orderId,
        long version,
        String status,
        String country,
        String currency,
        String total,
        String refunded,
        Instant placedAt,
        Instant changedAt,
        List<String> reasons,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> discrepancies,
        Charges charges,
        List<Line> lines,
        List<Event> history) {

    /** @param unitPrice decimal, in the order's currency */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(String productId, String name, long quantity, String unitPrice) {}

    /** Amounts are decimals in the order's currency. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Charges(String shipping, String tax, String discount, String rounding, String coupon) {}

    /** An event that is JSON already and is copied into the answer. */
    record Event(@JsonValue @JsonRawValue String json) {}

    /** A row of a list, with the beginning of the first reason and of the first discrepancy. */
    static OrderView listed(Tuple row) {
        var currency = row.get("currency", String.class);
        return new OrderView(
                row.get("id", String.class),
                row.get("state_version", Long.class),
                row.get("status", String.class),
                row.get("country", String.class),
                currency,
                decimal(row.get("total", BigDecimal.class), currency),
                decimal(row.get("refunded", BigDecimal.class), currency),
                instant(row, "placed_at"),
                instant(row, "changed_at"),
                Stream.ofNullable(row.get("reason", String.class)).toList(),
                Stream.ofNullable(row.get("discrepancy", String.class)).toList(),
                null,
                null,
                null);
    }

    static OrderView whole(OrderState order, List<HistoryEntry> history) {
        return of(
                order,
                order.lines().stream().map(line -> line(line, order.currency())).toList(),
                history.stream().map(entry -> new Event(entry.text())).toList());
    }

    private static Charges charges(OrderState order) {
        var charges = order.charges();
        return charges == null
                ? null
                : new Charges(
                        decimal(charges.shippingMinor(), order.currency()),
                        decimal(charges.taxMinor(), order.currency()),
                        decimal(charges.discountMinor(), order.currency()),
                        decimal(charges.roundingMinor(), order.currency()),
                        charges.coupon());
    }

    private static String decimal(Long minor, String currency) {
        return minor == null ? null : decimal(minor.longValue(), currency);
    }

    private static OrderView of(OrderState order, List<Line> lines, List<Event> history) {
        return new OrderView(
                order.orderId(),
                order.version(),
                StatusText.of(order.status()),
                order.country(),
                order.currency(),
                decimal(order.totalMinor(), order.currency()),
                decimal(order.refundedMinor(), order.currency()),
                order.placedAt(),
                order.changedAt(),
                order.reasons(),
                order.discrepancies(),
                charges(order),
                lines,
                history);
    }

    private static Line line(OrderLine line, String currency) {
        return new Line(line.productId(), line.name(), line.quantity(), decimal(line.unitPriceMinor(), currency));
    }

    private static Instant instant(Tuple row, String column) {
        var time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static String decimal(BigDecimal major, String currency) {
        return decimal(Money.minor(major, currency), currency);
    }

    private static String decimal(long minor, String currency) {
        return Money.major(minor, currency).toPlainString();
    }
}
