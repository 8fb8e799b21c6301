package millrace.analytics.rebuild;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import millrace.events.GenerationNames;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationResources;
import millrace.generation.Rebuildable;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.common.TopicPartition;

/**
 * Generations of analytics: the shadow is a second Kafka Streams job with its own topics; its effects go to its own
 * topics, too, until it is live.
 */
public final class AnalyticsRebuild implements Rebuildable {
    private static final String NAME = "analytics";

    /** Suffix of the internal topics by which the job passes records between its steps. */
    private static final String REPARTITION = "-repartition";

    /**
     * Effects follow their cause by some seconds. A difference that remains after this time is permanent, because no
     * generation is live meanwhile.
     */
    private static final Duration CATCH_UP_WITHIN = Duration.ofSeconds(45);

    private final PaasSettings settings;
    private final Path states;
    private final AnalyticsChannels channels;
    private final EffectsFence fence;
    private Instant effectsDeadline;
    private Instant drainDeadline;

    /** @param states directory under which the state directories of shadows are */
    AnalyticsRebuild(PaasSettings settings, Path states) {
        this.settings = settings;
        this.states = states;
        this.channels = new AnalyticsChannels(settings);
        this.fence = new EffectsFence(settings);
    }

    /** Returns the generations on the platform of the environment's config vars. */
    public static AnalyticsRebuild ofEnvironment() {
        var home = Path.of(System.getenv().getOrDefault("MILLRACE_HOME", ".millrace"));
        return new AnalyticsRebuild(
                PaasSettings.from(System.getenv(), Set.of(Need.KAFKA)), home.resolve("replay/analytics-state"));
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        var vars = new HashMap<String, String>();
        vars.put("ANALYTICS_STATE_DIR", states.toString());
        if (rate > 0) {
            vars.put("MILLRACE_REPLAY_RATE", Integer.toString(rate));
        }
        inputs.forEach((channel, topic) -> vars.put("ANALYTICS_INPUT_" + channel.toUpperCase(Locale.ROOT), topic));
        return new GenerationResources(
                group(generation),
                List.of("clicks", "transactions", "orders"),
                null,
                AnalyticsChannels.MODULE,
                vars,
                state(generation).bytes());
    }

    @Override
    public void create(int generation) {
        fence.reopen(channels.own(generation));
    }

    @Override
    public void drop(int generation) {
        state(generation).remove();
    }

    @Override
    public void progress(int live, int shadow) {
        // Everything that the shadow has is needed.
    }

    /**
     * Records pass through one repartition topic by visitor and through the next one by page; idle timeouts produce
     * effects a moment later. Returns true for each of the two after 45 s at the latest.
     */
    @Override
    public boolean caughtUp(int live, int shadow, boolean alone) {
        return internalTopicsDrained(shadow) && (!alone || effectsCaughtUp(live, shadow));
    }

    private boolean effectsCaughtUp(int live, int shadow) {
        effectsDeadline = effectsDeadline == null ? Instant.now().plus(CATCH_UP_WITHIN) : effectsDeadline;
        return fence.missingInSuccessor(channels.effects(live, shadow)) == 0
                || Instant.now().isAfter(effectsDeadline);
    }

    private boolean internalTopicsDrained(int shadow) {
        drainDeadline = drainDeadline == null ? Instant.now().plus(CATCH_UP_WITHIN) : drainDeadline;
        try (var readers = new PartitionReaders(settings);
                var offsets = new OffsetsAdmin(settings)) {
            var read = offsets.committed(settings.prefix() + group(shadow));
            return Instant.now().isAfter(drainDeadline)
                    || AnalyticsChannels.of(shadow).stream()
                            .filter(topic -> topic.name().endsWith(REPARTITION))
                            .flatMap(topic -> IntStream.range(0, topic.partitions())
                                    .mapToObj(number -> new TopicPartition(settings.prefix() + topic.name(), number)))
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
    public GenerationComparison compare(int live, int shadow) {
        try (var readers = new PartitionReaders(settings)) {
            return new ChannelComparison(readers).compare(channels.compared(live, shadow));
        }
    }

    @Override
    public boolean fenced(int old, int successor) {
        return fence.isClosed(channels.own(old), successor);
    }

    @Override
    public String fence(int old, int successor) {
        if (fenced(old, successor)) {
            return "The fence was closed already.";
        }
        var missingInSuccessor = fence.missingInSuccessor(channels.effects(old, successor));
        var published = fence.close(channels.effects(old, successor), channels.own(old), successor);
        return "%d abandoned carts were published or withdrawn; %d differ from what the old generation had published."
                .formatted(published, missingInSuccessor);
    }

    private static String group(int generation) {
        return NAME + new GenerationNames(generation).suffix();
    }

    /** Kafka Streams names the directory after the application id. */
    private StateDirectory state(int generation) {
        return new StateDirectory(states.resolve(settings.prefix() + group(generation)));
    }
}
