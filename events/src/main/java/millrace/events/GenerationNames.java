package millrace.events;

/**
 * Suffixes of the names of a generation. The names of the first generation have none.
 *
 * @param generation from 1
 */
public record GenerationNames(int generation) {
    /** Regular expression of a suffix, of groups, application ids and channels. */
    public static final String SUFFIX = "-g[0-9]+";

    public GenerationNames {
        if (generation < 1) {
            throw new IllegalArgumentException("Generations begin with 1, and there is no " + generation + ".");
        }
    }

    /** Suffix of groups, application ids and channels: {@code ""} or {@code "-g2"}. */
    public String suffix() {
        return generation == 1 ? "" : shadowSuffix();
    }

    /** Suffix of channels that cause effects, while the generation is not live; the first generation has one, too. */
    public String shadowSuffix() {
        return "-g" + generation;
    }

    /** Suffix of schemas: {@code ""} or {@code "_g2"}. */
    public String schemaSuffix() {
        return generation == 1 ? "" : "_g" + generation;
    }
}
