package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Port of a consumer that can be rebuilt. A generation that is not live is called shadow while it is rebuilt. Every
 * method that changes something may be called again after an interruption.
 */
interface RebuildableConsumer {
    /** Returns the name of its process in the Procfile, which is also its name on the channel {@code generations}. */
    String name();

    /** Returns the channels that the consumer is built from. */
    List<String> channels();

    /** Returns the consumer group of a generation, without the platform's prefix. */
    String group(int generation);

    /**
     * Returns the resources that the generation needs and that cannot be created from here, with the commands that
     * create them.
     */
    List<MissingResource> missingResources(int generation);

    /**
     * Creates the schema and channels of a generation where they are missing, and reopens a fenced generation for
     * writing.
     */
    void createResources(int generation);

    /** Returns true if the generation has any resources. */
    boolean exists(int generation);

    /**
     * Returns config vars of the shadow besides the platform's.
     *
     * @param rate records a second at most; empty for no limit
     */
    Map<String, String> shadowVars(int generation, Optional<Integer> rate);

    /**
     * Returns config vars that make the shadow read other topics instead of channels.
     *
     * @param topics by channel, without prefix
     */
    default Map<String, String> inputVars(Map<String, String> topics) {
        throw new IllegalStateException(name() + " reads its channels and nothing else");
    }

    /** Returns the bytes that the generation takes on the disks of database and broker, as far as they are known. */
    long bytes(int generation);

    /** Removes resources of the shadow that are not needed any more. Called every few seconds while it runs. */
    void housekeep(int live, int shadow);

    /** Compares both generations at one moment; keys that differ are checked again. */
    GenerationComparison compare(int live, int shadow);

    /**
     * Returns true if the shadow, which has read all that the live generation has read, has also published every effect
     * that follows. Called while the shadow runs, until it returns true.
     */
    default boolean effectsCaughtUp(int live, int shadow) {
        return true;
    }

    /** Returns true if the shadow has processed everything in its internal topics. Called until it returns true. */
    default boolean internalTopicsDrained(int shadow) {
        return true;
    }

    /** Returns true if the old generation has been fenced off in favour of its successor. */
    boolean isFenced(int old, int successor);

    /**
     * Fences off the old generation: it cannot write any more, and the successor publishes exactly those effects that
     * the old one has not published. The processes of both have stopped, and the successor has read everything that the
     * old one may have read.
     *
     * @return a sentence for the receipt
     */
    String fence(int old, int successor);

    /**
     * Removes schema and channels of a generation; the caller removes its group.
     *
     * @return commands that the operator has to run
     */
    List<String> drop(int generation);

    /** A missing resource and the command that creates it. */
    record MissingResource(String what, String command) {}
}
