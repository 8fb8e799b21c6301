package millrace.replay;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/** What a generation of analytics writes, as the catalogue says. */
record AnalyticsChannels(Site site) {
    private static final String MODULE = "analytics-stream";
    private static final String DEAD_LETTERS = "-dlq";

    /** What has to be there: its own, and where the first generation has its effects once it is no longer live. */
    List<Catalogue.Entry> needs(int generation) {
        var own = Catalogue.beside(MODULE, generation);
        return generation == 1
                ? own
                : Stream.concat(own.stream(), Catalogue.beside(MODULE, 1).stream())
                        .toList();
    }

    /** What belongs to it alone. Of the first those of the catalogue, without effects: they are everybody's. */
    List<Catalogue.Entry> of(int generation) {
        return generation == 1 ? owned(entry -> !entry.effect()) : Catalogue.beside(MODULE, generation);
    }

    /** Dead letters say why, in words that may be others. */
    List<ChannelPair> compared(int live, int shadow) {
        return pairs(entry -> !entry.internal() && !entry.name().endsWith(DEAD_LETTERS), live, shadow);
    }

    List<ChannelPair> effects(int live, int shadow) {
        return pairs(Catalogue.Entry::effect, live, shadow);
    }

    /** The channels of effects beside the generation's own topics for them. */
    List<ChannelPair> own(int generation) {
        return effects(generation, generation);
    }

    private List<ChannelPair> pairs(Predicate<Catalogue.Entry> which, int live, int shadow) {
        return owned(which).stream()
                .map(channel -> ChannelPair.of(site, channel, live, shadow))
                .toList();
    }

    private static List<Catalogue.Entry> owned(Predicate<Catalogue.Entry> which) {
        return Catalogue.entries().stream()
                .filter(entry -> entry.owner().equals(MODULE))
                .filter(which)
                .toList();
    }
}
