package millrace.feed;

/** How many visits came how far on the way to an order; who reached a step counts at those before it too. */
record FunnelCounts(long visits, long products, long carts, long checkouts, long orders) {
    static final FunnelCounts EMPTY = new FunnelCounts(0, 0, 0, 0, 0);

    /** One that came so far: 1 is a visit, 5 an order. */
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
