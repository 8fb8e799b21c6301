package millrace.events;

import java.time.Instant;

/**
 * Progress of the visits that began from {@code start} (inclusive) to {@code end} (exclusive). Channel
 * {@code funnel-per-hour}, keyed by {@code start|campaign}. A row is never settled: an order may be attributed to a
 * visit for as long as the visit is stored.
 *
 * @param campaign name of the campaign; {@code "none"} where none is known
 * @param products visits that reached a product or a later step; the other counts likewise
 */
public record Funnel(
        Instant start,
        Instant end,
        String campaign,
        long visits,
        long products,
        long carts,
        long checkouts,
        long orders,
        Conversion conversion) {

    /** Share of the visits at the step before that reached this one: from 0 to 1, four digits. */
    public record Conversion(double products, double carts, double checkouts, double orders) {}

    /** Computes the conversion from the counts. */
    public static Funnel of(
            Instant start,
            Instant end,
            String campaign,
            long visits,
            long products,
            long carts,
            long checkouts,
            long orders) {
        var conversion = new Conversion(
                part(products, visits), part(carts, products), part(checkouts, carts), part(orders, checkouts));
        return new Funnel(start, end, campaign, visits, products, carts, checkouts, orders, conversion);
    }

    private static double part(long of, long all) {
        return all == 0 ? 0 : Math.round(10_000d * of / all) / 10_000d;
    }
}
