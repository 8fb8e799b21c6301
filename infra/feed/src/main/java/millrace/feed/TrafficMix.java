package millrace.feed;

/** Shares of irregular events in the traffic, each in percent. */
record TrafficMix(double duplicates, double outOfOrder, double late, double malformed) {
    static final TrafficMix DEFAULT = new TrafficMix(2, 3, 0.5, 0.5);

    /** Maximum sum of all shares; the rest is regular events. */
    private static final int MAX_PERCENT = 80;

    TrafficMix {
        var sum = duplicates + outOfOrder + late + malformed;
        if (duplicates < 0 || outOfOrder < 0 || late < 0 || malformed < 0 || sum > MAX_PERCENT) {
            throw new FeedException(
                    "Each share of events out of line is at least 0 and all of them at most %d percent: not %s."
                            .formatted(MAX_PERCENT, this));
        }
    }

    @Override
    public String toString() {
        return "%s %% duplicates, %s %% out of order, %s %% late, %s %% malformed"
                .formatted(duplicates, outOfOrder, late, malformed);
    }
}
