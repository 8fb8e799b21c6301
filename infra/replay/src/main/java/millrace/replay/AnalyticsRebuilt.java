package millrace.replay;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import millrace.generation.GenerationNames;

/** Analytics: a job of Kafka Streams beside the job, with topics of its own, also for its effects until it is live. */
final class AnalyticsRebuilt implements Rebuilt {
    private static final String NAME = "analytics";
    private static final String STATE = "replay/analytics-state";

    /** Notices come some seconds after what they follow from. What differs then differs for good: nobody is live meanwhile. */
    private static final Duration ABREAST_WITHIN = Duration.ofSeconds(45);

    private final Site site;
    private final AnalyticsChannels channels;
    private final GenerationTopics topics;
    private final EffectsFence fence;
    private Instant waitsUntil;
    private Instant digestsUntil;

    AnalyticsRebuilt(Site site) {
        this.site = site;
        this.channels = new AnalyticsChannels(site);
        this.topics = new GenerationTopics(site);
        this.fence = new EffectsFence(site);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> channels() {
        return List.of("clicks", "transactions", "orders");
    }

    @Override
    public String group(int generation) {
        return NAME + new GenerationNames(generation).suffix();
    }

    @Override
    public List<Lack> lacks(int generation) {
        return topics.lacks(channels.needs(generation), group(generation));
    }

    @Override
    public void provide(int generation) {
        topics.provide(channels.needs(generation), generation);
        fence.open(channels.own(generation));
    }

    @Override
    public boolean exists(int generation) {
        if (generation > 1) {
            return topics.missing(channels.of(generation)).isEmpty();
        }
        try (var offsets = new Offsets(site)) {
            return !offsets.committed(group(generation)).isEmpty();
        }
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        var vars = new HashMap<String, String>();
        vars.put("ANALYTICS_STATE_DIR", site.folder(STATE).toString());
        rate.ifPresent(limit -> vars.put("MILLRACE_REPLAY_RATE", Integer.toString(limit)));
        return vars;
    }

    @Override
    public Map<String, String> inputVars(Map<String, String> topics) {
        return topics.entrySet().stream()
                .collect(toMap(
                        topic -> "ANALYTICS_INPUT_" + topic.getKey().toUpperCase(Locale.ROOT), Map.Entry::getValue));
    }

    @Override
    public long bytes(int generation) {
        return new TopicFacts(site).bytes(channels.of(generation))
                + state(generation).bytes();
    }

    @Override
    public void tend(int live, int shadow) {
        // All that it has will be needed.
    }

    @Override
    public Comparison compare(int live, int shadow) {
        try (var readers = new Readers(site)) {
            return new ChannelComparison(readers).compare(channels.compared(live, shadow));
        }
    }

    /** Orders may still be on their way to the visitors, and what silence brings comes a moment later. */
    @Override
    public boolean isAbreast(int live, int shadow) {
        waitsUntil = waitsUntil == null ? Instant.now().plus(ABREAST_WITHIN) : waitsUntil;
        return fence.behind(channels.effects(live, shadow)) == 0
                || Instant.now().isAfter(waitsUntil);
    }

    /** What was read goes by visitor through one topic, by page through the next. */
    @Override
    public boolean hasDigested(int shadow) {
        digestsUntil = digestsUntil == null ? Instant.now().plus(ABREAST_WITHIN) : digestsUntil;
        try (var readers = new Readers(site);
                var offsets = new Offsets(site)) {
            var read = offsets.underway(group(shadow));
            return Instant.now().isAfter(digestsUntil)
                    || channels.of(shadow).stream()
                            .filter(topic -> topic.name().endsWith(Offsets.INTERNAL))
                            .flatMap(site::places)
                            .allMatch(place -> isRead(readers.of(place).from(read.getOrDefault(place, 0L))));
        }
    }

    /** The mark at the end of a transaction is no record, and nobody reads it. */
    private static boolean isRead(PartitionReader rest) {
        var unread = new boolean[1];
        rest.toTheEnd(record -> unread[0] = true);
        return !unread[0];
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.stands(channels.own(old), successor);
    }

    @Override
    public String fence(int old, int successor) {
        if (isFenced(old, successor)) {
            return "The fence stood already.";
        }
        var behind = fence.behind(channels.effects(old, successor));
        var published = fence.build(channels.effects(old, successor), channels.own(old), successor);
        return "%d abandoned carts were told of or withdrawn; %d that the old one had told of otherwise."
                .formatted(published, behind);
    }

    @Override
    public List<String> drop(int generation) {
        var dropped = channels.of(generation);
        state(generation).remove();
        if (!site.isLocal()) {
            return topics.removal(dropped, generation == 1);
        }
        topics.remove(dropped);
        if (generation == 1) {
            topics.provide(dropped, generation); // The catalogue lists them: they are only emptied.
        }
        return List.of();
    }

    /** Kafka Streams names it after the application. */
    private StateFolder state(int generation) {
        return new StateFolder(site.folder(STATE).resolve(site.prefixed(group(generation))));
    }
}
