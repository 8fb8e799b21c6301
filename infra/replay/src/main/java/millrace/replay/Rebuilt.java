package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What differs between the consumers that can be rebuilt. A generation that is not live is called shadow while it is rebuilt.
 * Whatever changes something may be called again after it was interrupted.
 */
interface Rebuilt {
    /** Its process in the Procfile, and what it is called on the channel {@code generations}. */
    String name();

    /** The channels that it is built from. */
    List<String> channels();

    /** Its consumer group in that generation, without the platform's prefix. */
    String group(int generation);

    /** What lacks before that generation can be built and cannot be made here, with the commands that make it. */
    List<Lack> lacks(int generation);

    /** Makes schema and channels of a generation, where they are not there; lets a fenced one be written again. */
    void provide(int generation);

    /** Whether there is anything of that generation. */
    boolean exists(int generation);

    /** Config vars that its shadow has beside the platform's. @param rate records a second at most; empty for no limit */
    Map<String, String> shadowVars(int generation, Optional<Integer> rate);

    /** Those that the live generation reads. */
    default List<String> liveChannels() {
        return channels();
    }

    /** Config vars with which its shadow reads other topics in place of channels. @param topics by channel, no prefix */
    default Map<String, String> inputVars(Map<String, String> topics) {
        throw new IllegalStateException(name() + " reads its channels and nothing else");
    }

    /** Bytes on the disks of database and broker that the generation takes, as far as can be told. */
    long bytes(int generation);

    /** Called every few seconds while the shadow runs: may let go what will not be needed. */
    void tend(int live, int shadow);

    /** Both at one moment; keys that one has a moment before the other are looked at again. */
    Comparison compare(int live, int shadow);

    /**
     * Whether the shadow, which has read all that the live one has read, has also come as far with what follows from it. Asked
     * while it runs, until it is so.
     */
    default boolean isAbreast(int live, int shadow) {
        return true;
    }

    /** Whether nothing that the shadow has read is still on its way through topics of its own. Asked until it is so. */
    default boolean hasDigested(int shadow) {
        return true;
    }

    /** Whether the old generation has been fenced off for its successor. */
    boolean isFenced(int old, int successor);

    /**
     * With the processes of both stopped, and all read that the old one may have read: the old one can write no more, and
     * the successor will cause what the old has not yet caused, and nothing else.
     *
     * @return a sentence for the receipt
     */
    String fence(int old, int successor);

    /** Removes schema and channels of a generation; its group is removed by the caller. @return what is left to do by hand */
    List<String> drop(int generation);

    /** Something that is missing, and the command that makes it. */
    record Lack(String what, String command) {}
}
