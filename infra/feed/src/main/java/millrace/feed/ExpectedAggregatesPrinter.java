package millrace.feed;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prints the expected results of a simulation as text, followed by curl commands for them if the URL of the query API is
 * known.
 */
final class ExpectedAggregatesPrinter {
    private static final int MAX_ROWS = 20;
    /** Shell expression that reads the API key; it works in the project folder. */
    private static final String KEY = "\"Authorization: Bearer $(bin/key reader)\"";

    private final ExpectedAggregates expected;
    private final PrintWriter out;

    private ExpectedAggregatesPrinter(ExpectedAggregates expected, PrintWriter out) {
        this.expected = expected;
        this.out = out;
    }

    /** @param queryApi its URL, where there is one */
    static void print(ExpectedAggregates expected, Optional<String> queryApi, PrintWriter out) {
        var printer = new ExpectedAggregatesPrinter(expected, out);
        printer.numbers();
        queryApi.ifPresent(printer::queries);
        out.flush();
    }

    private void numbers() {
        out.printf("%nExpected results from %s to %s:%n", expected.from(), expected.to());
        count("page views", sum(expected.pageViews()));
        count("visits", expected.visits());
        count("carts abandoned", expected.cartsAbandoned());
        row("  last changed before", expected.cartsBefore().toString());
        count("orders accepted", expected.ordersAccepted());
        count("  of them cancelled", expected.ordersCancelled());
        count("orders rejected", expected.ordersRejected());
        count("refunds", expected.refundsCount());
        row("refunded", money(expected.refundedMinor()));
        count("refunds refused", expected.refundsRefused());
        row("revenue", money(sum(expected.revenueMinor())));
        count("events rejected", expected.rejectedEvents());
        count("orders answered 400", expected.rejectedOrders());
        count("late events", expected.lateEvents());
        count("out of order", expected.outOfOrder());
        count("duplicates", expected.duplicates());
        table("Page views of the " + MAX_ROWS + " most viewed pages", expected.pageViews());
        out.println("Page views per hour:");
        expected.pageViewsPerHour().forEach((hour, views) -> count("  " + hour, views));
        out.println("Revenue per country:");
        expected.revenueMinor().forEach((country, minor) -> row("  " + country, money(minor)));
        out.println("Visits by campaign, and how many reached a product, the cart, the checkout, an order:");
        expected.funnel().forEach(this::funnel);
        out.println("Orders per campaign:");
        expected.ordersPerCampaign().forEach((campaign, orders) -> count("  " + campaign, orders));
        table("Views of the " + MAX_ROWS + " most viewed products", expected.viewsPerProduct());
        table("Units of the " + MAX_ROWS + " products most added to carts", expected.cartedPerProduct());
        table("Units of the " + MAX_ROWS + " most bought products", expected.unitsPerProduct());
    }

    private void queries(String queryApi) {
        var span = "from=" + expected.from() + "&to=" + expected.to();
        out.println("Queries:");
        for (var query : new String[] {
            "page-views?by=hour",
            "page-views?by=page",
            "visits?",
            "funnel?",
            "revenue?by=country",
            "top-products?by=viewed&limit=" + MAX_ROWS,
            "top-products?by=carted&limit=" + MAX_ROWS,
            "top-products?by=bought&limit=" + MAX_ROWS
        }) {
            out.println(
                    "  curl -H " + KEY + " '" + queryApi + "/" + query + (query.endsWith("?") ? "" : "&") + span + "'");
        }
    }

    private void funnel(String campaign, FunnelCounts reached) {
        var later = "%,d, %,d, %,d, %,d"
                .formatted(reached.products(), reached.carts(), reached.checkouts(), reached.orders());
        row("  " + campaign, "%,d: %s".formatted(reached.visits(), later));
    }

    private void table(String title, Map<String, Long> rows) {
        out.println(title + ":");
        rows.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(MAX_ROWS)
                .forEach(row -> count("  " + row.getKey(), row.getValue()));
    }

    private void count(String what, long number) {
        row(what, String.format(Locale.ROOT, "%,d", number));
    }

    private void row(String what, String value) {
        out.printf("  %-32s %12s%n", what, value);
    }

    private String money(long minor) {
        return BigDecimal.valueOf(minor, 2).toPlainString() + " " + expected.currency();
    }

    private static long sum(Map<?, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
