package millrace.generation;

import java.util.Map;

/**
 * Port of a consumer that can be rebuilt: all that only the consumer knows about its generations. Its service implements
 * the port and serves it with {@link RebuildProtocol}; the coordinator calls it and knows nothing else of the
 * consumer. A generation that is rebuilt beside the live one is called shadow. Every verb may be called again after an
 * interruption.
 */
public interface Rebuildable extends AutoCloseable {
    /**
     * Returns the resources that a generation has or would have, and the config vars of its shadow; changes nothing.
     *
     * @param rate records that the shadow reads a second at most; 0 for no limit
     * @param inputs topics that the shadow reads instead of channels, by channel, both without prefix
     */
    GenerationResources resources(int generation, int rate, Map<String, String> inputs);

    /**
     * Creates what the generation needs besides its schema and topics, which exist, and reopens a fenced generation for
     * writing.
     */
    void create(int generation);

    /** Removes what the generation has besides its schema, topics and group. */
    default void drop(int generation) {}

    /** Removes what the running shadow does not need any more. Called every few seconds. */
    default void progress(int live, int shadow) {}

    /**
     * Returns true if the shadow, whose group has read its channels, has also processed what follows from that inside it.
     * Called until it returns true.
     *
     * @param alone true if the live generation has ended: then the shadow also has to have every effect of the live one
     */
    default boolean caughtUp(int live, int shadow, boolean alone) {
        return true;
    }

    /** Compares both generations at one moment; keys that differ are checked again. */
    GenerationComparison compare(int live, int shadow);

    /** Returns true if the old generation has been fenced off in favour of its successor. */
    boolean fenced(int old, int successor);

    /**
     * Fences off the old generation: it cannot write any more, and the successor publishes exactly those effects that the
     * old one has not published. The processes of both have stopped, and the successor has read everything that the old
     * one may have read. Does nothing if it is fenced off already.
     *
     * @return a sentence for the receipt
     */
    String fence(int old, int successor);

    /** Releases what the port holds, such as its connections. */
    @Override
    default void close() {}
}
