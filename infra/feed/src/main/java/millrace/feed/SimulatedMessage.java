package millrace.feed;

/** A message of the simulation with its expected disposition. */
record SimulatedMessage(FeedMessage message, Disposition disposition) {
    /** Expected disposition of a message. */
    enum Disposition {
        /** Counted. */
        ON_TIME,
        /** Counted, although it is sent after later events. */
        OUT_OF_ORDER,
        /** Sent before, and not counted again. */
        DUPLICATE,
        /** Beyond the allowed lateness, and not counted. */
        LATE,
        /** Rejected by the edge. */
        MALFORMED
    }

    boolean counts() {
        return disposition == Disposition.ON_TIME || disposition == Disposition.OUT_OF_ORDER;
    }

    SimulatedMessage asDuplicate() {
        return new SimulatedMessage(message, Disposition.DUPLICATE);
    }
}
