package millrace.generation;

/**
 * What things of a generation are called. Those of the first have the names as they are.
 *
 * @param generation from 1
 */
public record GenerationNames(int generation) {
    public GenerationNames {
        if (generation < 1) {
            throw new IllegalArgumentException("Generations begin with 1, and there is no " + generation + ".");
        }
    }

    /** Of groups, application ids and channels: {@code ""} or {@code "-g2"}. */
    public String suffix() {
        return generation == 1 ? "" : "-g" + generation;
    }

    /** Of schemas: {@code ""} or {@code "_g2"}. */
    public String schemaSuffix() {
        return generation == 1 ? "" : "_g" + generation;
    }
}
