package millrace.feed;

/**
 * Number of visits that reached each step on the way to an order; a visit counts at its last step and at every step
 * before.
 */
record FunnelCounts(long visits, long products, long carts, long checkouts, long orders) {
    static final FunnelCounts EMPTY = new FunnelCounts(0, 0, 0, 0, 0);

    /** Returns the counts of one visit that reached this step: 1 is a visit, 5 an order. */
    static FunnelCounts of(int step) {
        return new FunnelCounts(1, step >= 2 ? 1 : 0, step >= 3 ? 1 : 0, step >= 4 ? 1 : 0, step >= 5 ? 1 : 0);
    }

    FunnelCounts plus(FunnelCounts other) {
        return new FunnelCounts(
                visits + other.visits,
                products + other.products,
                carts + other.carts,
                checkouts + other.checkouts,
                orders + other.orders);
    }
}
