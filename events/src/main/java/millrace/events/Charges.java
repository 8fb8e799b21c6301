package millrace.events;

/**
 * Charges of an order besides its lines. The total is lines + shipping + tax − discount + rounding. All amounts are in
 * the minor unit of the order's currency; {@code null} is none.
 *
 * @param discountMinor amount that is subtracted, zero or more
 * @param roundingMinor of the total, of either sign
 * @param coupon code of the discount
 */
public record Charges(Long shippingMinor, Long taxMinor, Long discountMinor, Long roundingMinor, String coupon) {
    /**
     * Returns the amount to add to the sum of the lines.
     *
     * @throws ArithmeticException where it does not fit into a long
     */
    public long sum() {
        return Math.addExact(
                Math.addExact(orZero(shippingMinor), orZero(taxMinor)),
                Math.subtractExact(orZero(roundingMinor), orZero(discountMinor)));
    }

    private static long orZero(Long amount) {
        return amount == null ? 0 : amount;
    }
}
