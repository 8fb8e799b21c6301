package millrace.feed;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One transaction: all lines of one invoice number, at the earliest of their dates.
 *
 * @param lines at least one, in the order of the files
 */
record Invoice(List<InvoiceLine> lines) {
    /** By time, then by number. */
    static final Comparator<Invoice> BY_TIME =
            Comparator.comparing(Invoice::time).thenComparing(Invoice::number);

    String number() {
        return lines.getFirst().invoice();
    }

    Instant time() {
        return lines.stream()
                .map(InvoiceLine::date)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Returns an order or, for a credit note, a refund. The data does not state which order is refunded. */
    FeedMessage message(String currency) {
        return lines.getFirst().isRefund() ? refund(currency) : order(currency);
    }

    private FeedMessage order(String currency) {
        var body = FeedMessage.object().put("orderId", number());
        if (hasCustomer()) {
            body.put("customerId", customer());
        }
        if (!country().isEmpty()) {
            body.put("country", country());
        }
        body.put("currency", currency).put("timestamp", time().toString());
        var items = body.putArray("lines");
        for (var line : sortedLines()) {
            var item = items.addObject().put("productId", line.product());
            if (!line.name().isEmpty()) {
                item.put("name", line.name());
            }
            item.put("quantity", line.quantity()).put("unitPrice", line.price().toPlainString());
        }
        return FeedMessage.order(id(), body);
    }

    private FeedMessage refund(String currency) {
        var properties = FeedMessage.object()
                .put("order_id", number())
                .put("total", total().negate().toPlainString())
                .put("currency", currency);
        if (!country().isEmpty()) {
            properties.put("country", country());
        }
        var refund = FeedMessage.track(id(), number(), time(), "Order Refunded", properties);
        return hasCustomer() ? refund.by(customer()) : refund;
    }

    /** Derives the id from the rows, independent of their order and their files. */
    private String id() {
        return DeterministicIds.of(
                lines.stream().map(InvoiceLine::fingerprint).sorted().toArray());
    }

    boolean isBadDebt() {
        return lines.getFirst().isBadDebt();
    }

    BigDecimal total() {
        return lines.stream().map(InvoiceLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the reason why the lines cannot belong to one transaction, a clause; empty if they can. */
    Optional<String> contradiction() {
        return Stream.of(values(InvoiceLine::customer), values(InvoiceLine::country))
                .filter(values -> values.size() > 1)
                .map(values -> "its lines are of " + String.join(" and of ", values.subList(0, 2)))
                .findFirst();
    }

    /**
     * Returns the lines in an order that does not depend on the order of the files: the request is identical to the
     * byte.
     */
    private List<InvoiceLine> sortedLines() {
        return lines.stream()
                .sorted(Comparator.comparing(InvoiceLine::product).thenComparing(InvoiceLine::fingerprint))
                .toList();
    }

    private boolean hasCustomer() {
        return !customer().isEmpty();
    }

    private String customer() {
        return values(InvoiceLine::customer).stream().findFirst().orElse("");
    }

    private String country() {
        return values(InvoiceLine::country).stream().findFirst().orElse("");
    }

    /** Returns the distinct non-empty values of a field. */
    private List<String> values(Function<InvoiceLine, String> field) {
        return lines.stream()
                .map(field)
                .filter(value -> !value.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
