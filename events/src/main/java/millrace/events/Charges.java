package millrace.events;

/**
 * What an order's customer is charged besides its lines. The total is lines + shipping + tax − discount + rounding. All in the
 * minor unit of the order's currency; {@code null} is none.
 *
 * @param discountMinor what is taken off, zero or more
 * @param roundingMinor of the total, of either sign
 * @param coupon the code that gave the discount
 */
public record Charges(Long shippingMinor, Long taxMinor, Long discountMinor, Long roundingMinor, String coupon) {
    /**
     * What is added to the sum of the lines.
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
