package millrace.analytics.rebuild;

import java.util.List;
import java.util.function.Predicate;
import millrace.events.Catalogue;
import millrace.paas.PaasSettings;

/** Channels that a generation of analytics writes, by the catalogue. */
record AnalyticsChannels(PaasSettings settings) {
    /** Owner of the channels in the catalogue. */
    static final String MODULE = "analytics-stream";

    private static final String DEAD_LETTERS = "-dlq";

    /** Returns the topics that a generation writes; those of the first are in the catalogue. */
    static List<Catalogue.Entry> of(int generation) {
        return generation == 1 ? owned(entry -> true) : Catalogue.entriesOfGeneration(MODULE, generation);
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
                .map(channel -> ChannelPair.of(settings, channel, live, shadow))
                .toList();
    }

    private static List<Catalogue.Entry> owned(Predicate<Catalogue.Entry> which) {
        return Catalogue.entries().stream()
                .filter(entry -> entry.owner().equals(MODULE))
                .filter(which)
                .toList();
    }
}
