package millrace.replay;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/** Channels that a generation of analytics writes, by the catalogue. */
record AnalyticsChannels(PlatformConnection platform) {
    private static final String MODULE = "analytics-stream";
    private static final String DEAD_LETTERS = "-dlq";

    /**
     * Returns the topics that must exist: the generation's own, and those to which the first generation publishes its
     * effects when it is not live any more.
     */
    List<Catalogue.Entry> required(int generation) {
        var own = Catalogue.entriesOfGeneration(MODULE, generation);
        return generation == 1
                ? own
                : Stream.concat(own.stream(), Catalogue.entriesOfGeneration(MODULE, 1).stream())
                        .toList();
    }

    /**
     * Returns the topics that belong to a generation alone. Those of the first are in the catalogue; channels of
     * effects are not among them, because all generations share them.
     */
    List<Catalogue.Entry> of(int generation) {
        return generation == 1 ? owned(entry -> !entry.effect()) : Catalogue.entriesOfGeneration(MODULE, generation);
    }

    /** Returns the pairs to compare. Dead letters are left out: the reasons in them are texts that may change. */
    List<ChannelPair> compared(int live, int shadow) {
        return pairs(entry -> !entry.internal() && !entry.name().endsWith(DEAD_LETTERS), live, shadow);
    }

    List<ChannelPair> effects(int live, int shadow) {
        return pairs(Catalogue.Entry::effect, live, shadow);
    }

    /** Returns the channels of effects beside the generation's own topics for them. */
    List<ChannelPair> own(int generation) {
        return effects(generation, generation);
    }

    private List<ChannelPair> pairs(Predicate<Catalogue.Entry> which, int live, int shadow) {
        return owned(which).stream()
                .map(channel -> ChannelPair.of(platform, channel, live, shadow))
                .toList();
    }

    private static List<Catalogue.Entry> owned(Predicate<Catalogue.Entry> which) {
        return Catalogue.entries().stream()
                .filter(entry -> entry.owner().equals(MODULE))
                .filter(which)
                .toList();
    }
}
