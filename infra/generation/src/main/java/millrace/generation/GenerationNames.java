package millrace.generation;

/**
 * Suffixes of the names of a generation. The names of the first generation have none.
 *
 * @param generation from 1
 */
public record GenerationNames(int generation) {
    public GenerationNames {
        if (generation < 1) {
            throw new IllegalArgumentException("Generations begin with 1, and there is no " + generation + ".");
        }
    }

    /** Suffix of groups, application ids and channels: {@code ""} or {@code "-g2"}. */
    public String suffix() {
        return generation == 1 ? "" : "-g" + generation;
    }

    /** Suffix of schemas: {@code ""} or {@code "_g2"}. */
    public String schemaSuffix() {
        return generation == 1 ? "" : "_g" + generation;
    }
}
