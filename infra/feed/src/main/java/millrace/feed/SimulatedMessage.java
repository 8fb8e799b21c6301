package millrace.feed;

/** A message of the simulation and what has to become of it. */
record SimulatedMessage(FeedMessage message, Disposition disposition) {
    /** What sets a message apart. */
    enum Disposition {
        /** Counts. */
        ON_TIME,
        /** Counts, though it is sent after what came later. */
        OUT_OF_ORDER,
        /** Was sent before and does not count again. */
        DUPLICATE,
        /** Too old to count. */
        LATE,
        /** The edge refuses it. */
        MALFORMED
    }

    boolean counts() {
        return disposition == Disposition.ON_TIME || disposition == Disposition.OUT_OF_ORDER;
    }

    SimulatedMessage asDuplicate() {
        return new SimulatedMessage(message, Disposition.DUPLICATE);
    }
}
