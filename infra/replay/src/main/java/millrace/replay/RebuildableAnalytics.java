package millrace.replay;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import millrace.events.GenerationNames;

/**
 * Analytics: the shadow is a second Kafka Streams job with its own topics; its effects go to its own topics, too, until
 * it is live.
 */
final class RebuildableAnalytics implements RebuildableConsumer {
    private static final String NAME = "analytics";
    private static final String STATE = "replay/analytics-state";

    /**
     * Effects follow their cause by some seconds. A difference that remains after this time is permanent, because no
     * generation is live meanwhile.
     */
    private static final Duration CATCH_UP_WITHIN = Duration.ofSeconds(45);

    private final PlatformConnection platform;
    private final AnalyticsChannels channels;
    private final GenerationTopics topics;
    private final EffectsFence fence;
    private Instant effectsDeadline;
    private Instant drainDeadline;

    RebuildableAnalytics(PlatformConnection platform) {
        this.platform = platform;
        this.channels = new AnalyticsChannels(platform);
        this.topics = new GenerationTopics(platform);
        this.fence = new EffectsFence(platform);
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
    public List<MissingResource> missingResources(int generation) {
        return topics.missingResources(channels.required(generation), group(generation));
    }

    @Override
    public void createResources(int generation) {
        topics.create(channels.required(generation), generation);
        fence.reopen(channels.own(generation));
    }

    @Override
    public boolean exists(int generation) {
        if (generation > 1) {
            return topics.missing(channels.of(generation)).isEmpty();
        }
        try (var offsets = new Offsets(platform)) {
            return !offsets.committed(group(generation)).isEmpty();
        }
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        var vars = new HashMap<String, String>();
        vars.put("ANALYTICS_STATE_DIR", platform.directory(STATE).toString());
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
        return new TopicMetadata(platform).bytes(channels.of(generation))
                + state(generation).bytes();
    }

    @Override
    public void housekeep(int live, int shadow) {
        // Everything that it has is needed.
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        try (var readers = new PartitionReaders(platform)) {
            return new ChannelComparison(readers).compare(channels.compared(live, shadow));
        }
    }

    /**
     * Orders may still be in the repartition topic of visitors, and idle timeouts produce results a moment later. Returns
     * true after 45 s at the latest.
     */
    @Override
    public boolean effectsCaughtUp(int live, int shadow) {
        effectsDeadline = effectsDeadline == null ? Instant.now().plus(CATCH_UP_WITHIN) : effectsDeadline;
        return fence.missingInSuccessor(channels.effects(live, shadow)) == 0
                || Instant.now().isAfter(effectsDeadline);
    }

    /**
     * Records pass through one repartition topic by visitor and through the next one by page. Returns true
     * after 45 s at the latest.
     */
    @Override
    public boolean internalTopicsDrained(int shadow) {
        drainDeadline = drainDeadline == null ? Instant.now().plus(CATCH_UP_WITHIN) : drainDeadline;
        try (var readers = new PartitionReaders(platform);
                var offsets = new Offsets(platform)) {
            var read = offsets.committedInternal(group(shadow));
            return Instant.now().isAfter(drainDeadline)
                    || channels.of(shadow).stream()
                            .filter(topic -> topic.name().endsWith(Offsets.REPARTITION))
                            .flatMap(platform::partitions)
                            .allMatch(
                                    partition -> isRead(readers.of(partition).seek(read.getOrDefault(partition, 0L))));
        }
    }

    /** The commit marker of a transaction has an offset and is never read as a record. */
    private static boolean isRead(PartitionReader rest) {
        var unread = new boolean[1];
        rest.readToEnd(record -> unread[0] = true);
        return !unread[0];
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.isClosed(channels.own(old), successor);
    }

    @Override
    public String fence(int old, int successor) {
        if (isFenced(old, successor)) {
            return "The fence was closed already.";
        }
        var missingInSuccessor = fence.missingInSuccessor(channels.effects(old, successor));
        var published = fence.close(channels.effects(old, successor), channels.own(old), successor);
        return "%d abandoned carts were published or withdrawn; %d differ from what the old generation had published."
                .formatted(published, missingInSuccessor);
    }

    @Override
    public List<String> drop(int generation) {
        var dropped = channels.of(generation);
        state(generation).remove();
        if (!platform.isLocal()) {
            return topics.removalCommands(dropped, generation == 1);
        }
        topics.remove(dropped);
        if (generation == 1) {
            topics.create(dropped, generation); // These are topics of the catalogue: they are only emptied.
        }
        return List.of();
    }

    /** Kafka Streams names the directory after the application id. */
    private StateDirectory state(int generation) {
        return new StateDirectory(platform.directory(STATE).resolve(platform.prefixed(group(generation))));
    }
}
