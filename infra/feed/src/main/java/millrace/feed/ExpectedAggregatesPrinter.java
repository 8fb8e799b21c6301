package millrace.feed;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Prints the right answers of a simulation for people, with the questions to ask where analytics is known. */
final class AnswerSheet {
    private static final int MOST_ROWS = 20;
    /** For a shell in the project's folder. */
    private static final String KEY = "\"Authorization: Bearer $(bin/key reader)\"";

    private final Aggregates right;
    private final PrintWriter out;

    private AnswerSheet(Aggregates right, PrintWriter out) {
        this.right = right;
        this.out = out;
    }

    /** @param analytics where to ask */
    static void print(Aggregates right, Optional<String> analytics, PrintWriter out) {
        var sheet = new AnswerSheet(right, out);
        sheet.numbers();
        analytics.ifPresent(sheet::questions);
        out.flush();
    }

    private void numbers() {
        out.printf("%nWhat must come out, from %s to %s:%n", right.from(), right.to());
        count("page views", sum(right.pageViews()));
        count("visits", right.visits());
        count("carts abandoned", right.cartsAbandoned());
        row("  last changed before", right.cartsBefore().toString());
        count("orders accepted", right.ordersAccepted());
        count("  of them cancelled", right.ordersCancelled());
        count("orders rejected", right.ordersRejected());
        count("refunds", right.refundsCount());
        row("refunded", money(right.refundedMinor()));
        count("refunds refused", right.refundsRefused());
        row("revenue", money(sum(right.revenueMinor())));
        count("events rejected", right.rejectedEvents());
        count("orders answered 400", right.rejectedOrders());
        count("late events", right.lateEvents());
        count("out of order", right.outOfOrder());
        count("duplicates", right.duplicates());
        table("Page views of the " + MOST_ROWS + " most viewed pages", right.pageViews());
        out.println("Page views per hour:");
        right.pageViewsPerHour().forEach((hour, views) -> count("  " + hour, views));
        out.println("Revenue per country:");
        right.revenueMinor().forEach((country, minor) -> row("  " + country, money(minor)));
        out.println("Of visits by campaign, how many reached a product, the cart, the checkout, an order:");
        right.funnel().forEach(this::funnel);
        out.println("Orders per campaign that led to them:");
        right.ordersPerCampaign().forEach((campaign, orders) -> count("  " + campaign, orders));
        table("Views of the " + MOST_ROWS + " most viewed products", right.viewsPerProduct());
        table("Pieces of the " + MOST_ROWS + " products most put into carts", right.cartedPerProduct());
        table("Units of the " + MOST_ROWS + " most bought products", right.unitsPerProduct());
    }

    private void questions(String analytics) {
        var span = "from=" + right.from() + "&to=" + right.to();
        out.println("Ask:");
        for (var question : new String[] {
            "page-views?by=hour",
            "page-views?by=page",
            "visits?",
            "funnel?",
            "revenue?by=country",
            "top-products?by=viewed&limit=" + MOST_ROWS,
            "top-products?by=carted&limit=" + MOST_ROWS,
            "top-products?by=bought&limit=" + MOST_ROWS
        }) {
            out.println("  curl -H " + KEY + " '" + analytics + "/" + question + (question.endsWith("?") ? "" : "&")
                    + span + "'");
        }
    }

    private void funnel(String campaign, Funnel reached) {
        var later = "%,d, %,d, %,d, %,d"
                .formatted(reached.products(), reached.carts(), reached.checkouts(), reached.orders());
        row("  " + campaign, "%,d: %s".formatted(reached.visits(), later));
    }

    private void table(String title, Map<String, Long> rows) {
        out.println(title + ":");
        rows.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_ROWS)
                .forEach(row -> count("  " + row.getKey(), row.getValue()));
    }

    private void count(String what, long number) {
        row(what, String.format(Locale.ROOT, "%,d", number));
    }

    private void row(String what, String value) {
        out.printf("  %-32s %12s%n", what, value);
    }

    private String money(long minor) {
        return BigDecimal.valueOf(minor, 2).toPlainString() + " " + right.currency();
    }

    private static long sum(Map<?, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
