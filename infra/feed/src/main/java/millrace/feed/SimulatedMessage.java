package millrace.feed;

/** A message of the simulation and what has to become of it. */
record Planned(Message message, Fate fate) {
    /** What sets a message apart. */
    enum Fate {
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
        return fate == Fate.ON_TIME || fate == Fate.OUT_OF_ORDER;
    }

    Planned again() {
        return new Planned(message, Fate.DUPLICATE);
    }
}
