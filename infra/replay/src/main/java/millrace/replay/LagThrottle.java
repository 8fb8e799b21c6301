package millrace.replay;

/**
 * Throttles a rebuild while the lag of the live generation keeps growing: the shadow is paused every other second,
 * which is too short for its group to miss its heartbeats.
 */
final class LagThrottle {
    /** A lag below 1,000 records is normal. */
    private static final long NORMAL_LAG = 1_000;

    private static final int GROWING_CHECKS = 3;

    private long lag;
    private int growing;
    private boolean paused;
    private long checksPaused;

    /**
     * Decides about the next second. The caller calls it once a second.
     *
     * @return true if the shadow has to pause until the next call
     */
    boolean pauseNext(long liveLag) {
        growing = liveLag > NORMAL_LAG && liveLag >= lag
                ? growing + 1
                : liveLag < lag || liveLag <= NORMAL_LAG ? 0 : growing;
        lag = liveLag;
        paused = growing >= GROWING_CHECKS && !paused;
        checksPaused += paused ? 1 : 0;
        return paused;
    }

    boolean isThrottling() {
        return growing >= GROWING_CHECKS;
    }

    /** Returns the seconds in which the shadow was paused. */
    long secondsPaused() {
        return checksPaused;
    }
}
