package millrace.replay;

/**
 * Whether a rebuild has to give way: the live generation falls behind further and further. Then the shadow is held for every
 * other second, too short for anybody to take it for dead.
 */
final class Yielding {
    /** So much is a burst and no sign of want. */
    private static final long HARMLESS = 1_000;

    private static final int GROWING_LOOKS = 3;

    private long lag;
    private int growing;
    private boolean held;
    private long looksHeld;

    /**
     * To be called once a second.
     *
     * @return whether the shadow is to be held until the next call
     */
    boolean look(long liveLag) {
        growing =
                liveLag > HARMLESS && liveLag >= lag ? growing + 1 : liveLag < lag || liveLag <= HARMLESS ? 0 : growing;
        lag = liveLag;
        held = growing >= GROWING_LOOKS && !held;
        looksHeld += held ? 1 : 0;
        return held;
    }

    boolean isNeeded() {
        return growing >= GROWING_LOOKS;
    }

    /** Seconds for which it was held. */
    long secondsHeld() {
        return looksHeld;
    }
}
