package millrace.console.house;

/** How much of a limit is used. */
enum Level {
    NO_LIMIT,
    BELOW,
    /** From four fifths of the limit on. */
    NEAR,
    OVER;

    /** @param limit 0 for none */
    static Level of(long used, long limit) {
        if (limit <= 0) {
            return NO_LIMIT;
        }
        if (used > limit) {
            return OVER;
        }
        return used >= limit * 0.8 ? NEAR : BELOW;
    }
}
