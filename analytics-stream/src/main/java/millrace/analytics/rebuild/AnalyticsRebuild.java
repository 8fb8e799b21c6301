package millrace.analytics.rebuild;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationResources;
import millrace.generation.KafkaAdmin;
import millrace.generation.PartitionReader;
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

    /** Owner of its channels in the catalogue. */
    static final String MODULE = "analytics-stream";

    private static final String DEAD_LETTERS = "-dlq";

    /** Suffix of the internal topics by which the job passes records between its steps. */
    private static final String REPARTITION = "-repartition";

    /**
     * Effects follow their cause by some seconds. A difference that remains after this time is permanent, because no
     * generation is live meanwhile.
     */
    private static final Duration CATCH_UP_WITHIN = Duration.ofSeconds(45);

    private final PaasSettings settings;
    private final Path states;
    private final Duration betweenRechecks;
    private final PartitionReader reader;
    private final KafkaAdmin admin;
    private final EffectsFence fence;
    private Instant effectsDeadline;
    private Instant drainDeadline;

    /**
     * @param states directory under which the state directories of shadows are
     * @param betweenRechecks pause before keys that differ are compared again
     */
    AnalyticsRebuild(PaasSettings settings, Path states, Duration betweenRechecks) {
        this.settings = settings;
        this.states = states;
        this.betweenRechecks = betweenRechecks;
        this.reader = new PartitionReader(settings.kafka());
        this.admin = new KafkaAdmin(settings.kafka());
        this.fence = new EffectsFence(settings.kafka(), reader, admin);
    }

    /** Returns the generations on the platform of the environment's config vars. */
    public static AnalyticsRebuild ofEnvironment() {
        var home = Path.of(System.getenv().getOrDefault("MILLRACE_HOME", ".millrace"));
        return new AnalyticsRebuild(
                PaasSettings.from(System.getenv(), Set.of(Need.KAFKA)),
                home.resolve("replay/analytics-state"),
                Duration.ofSeconds(1));
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        var vars = new HashMap<String, String>();
        vars.put("ANALYTICS_STATE_DIR", states.toString());
        if (rate > 0) {
            vars.put("MILLRACE_REPLAY_RATE", Integer.toString(rate));
        }
        inputs.forEach((channel, topic) -> vars.put("ANALYTICS_INPUT_" + channel.toUpperCase(Locale.ROOT), topic));
        var channels = Catalogue.channels().stream()
                .filter(channel -> channel.readers().contains(MODULE))
                .map(Catalogue.Entry::name)
                .toList();
        return new GenerationResources(
                group(generation),
                channels,
                null,
                MODULE,
                vars,
                state(generation).bytes());
    }

    @Override
    public void create(int generation) {
        fence.reopen(effects(generation, generation));
    }

    @Override
    public void drop(int generation) {
        state(generation).remove();
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
        return fence.missingInSuccessor(effects(live, shadow)) == 0
                || Instant.now().isAfter(effectsDeadline);
    }

    private boolean internalTopicsDrained(int shadow) {
        drainDeadline = drainDeadline == null ? Instant.now().plus(CATCH_UP_WITHIN) : drainDeadline;
        var read = admin.committed(settings.prefix() + group(shadow));
        return Instant.now().isAfter(drainDeadline)
                || topics(shadow)
                        .filter(topic -> topic.name().endsWith(REPARTITION))
                        .flatMap(topic -> IntStream.range(0, topic.partitions())
                                .mapToObj(number -> new TopicPartition(settings.prefix() + topic.name(), number)))
                        .allMatch(partition -> isRead(partition, read.getOrDefault(partition, 0L)));
    }

    /** The commit marker of a transaction has an offset and is never read as a record. */
    private boolean isRead(TopicPartition partition, long from) {
        var unread = new boolean[1];
        reader.readToEnd(partition, from, record -> unread[0] = true);
        return !unread[0];
    }

    /** Dead letters are left out: the reasons in them are texts that may change. */
    @Override
    public GenerationComparison compare(int live, int shadow) {
        return new ChannelComparison(reader, betweenRechecks)
                .compare(pairs(channel -> !channel.internal() && !channel.name().endsWith(DEAD_LETTERS), live, shadow));
    }

    @Override
    public boolean fenced(int old, int successor) {
        return fence.isClosed(effects(old, old), successor);
    }

    @Override
    public String fence(int old, int successor) {
        if (fenced(old, successor)) {
            return "The fence was closed already.";
        }
        var missingInSuccessor = fence.missingInSuccessor(effects(old, successor));
        var published = fence.close(effects(old, successor), effects(old, old), successor);
        return "%d abandoned carts were published or withdrawn; %d differ from what the old generation had published."
                .formatted(published, missingInSuccessor);
    }

    @Override
    public void close() {
        reader.close();
        admin.close();
    }

    /** Returns the topics that a generation writes; those of the first are in the catalogue. */
    private static Stream<Catalogue.Entry> topics(int generation) {
        return (generation == 1 ? Catalogue.entries() : Catalogue.entriesOfGeneration(MODULE, generation))
                .stream().filter(entry -> entry.owner().equals(MODULE));
    }

    /** Returns the channels of effects beside the topics of a generation; of the same one, its own beside the channels. */
    private List<ChannelPair> effects(int live, int shadow) {
        return pairs(Catalogue.Entry::effect, live, shadow);
    }

    private List<ChannelPair> pairs(Predicate<Catalogue.Entry> which, int live, int shadow) {
        return topics(1)
                .filter(which)
                .map(channel -> ChannelPair.of(settings, channel, live, shadow))
                .toList();
    }

    private static String group(int generation) {
        return NAME + new GenerationNames(generation).suffix();
    }

    /** Kafka Streams names the directory after the application id. */
    private StateDirectory state(int generation) {
        return new StateDirectory(states.resolve(settings.prefix() + group(generation)));
    }
}
