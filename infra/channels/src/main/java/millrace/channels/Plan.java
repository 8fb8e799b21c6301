package millrace.channels;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/**
 * A plan of the reference platform: what its Kafka clusters grant and limit. Tenants of a Basic plan share a cluster, so
 * their names have a prefix, and quotas slow them down; every other plan is a dedicated cluster.
 *
 * <p>Sources: quotas, partitions and capacity of Basic plans are in the platform's article <i>Multi-Tenant Apache Kafka on
 * Heroku</i> (13 September 2024), the defaults and bounds of dedicated plans in <i>Managing Apache Kafka on Heroku</i> (30
 * June 2026), their brokers and capacity in its price list (May 2025). Not in an article of the platform, but reported by
 * its users: of Basic plans the partitions that a topic has by default, the bounds of retention, and the number of topics.
 */
public enum Plan {
    BASIC_0(64, 256, 240, 4),
    BASIC_1(512, 2_048, 480, 32),
    BASIC_2(4_096, 16_384, 960, 64),
    STANDARD_0(3, 14, 150),
    STANDARD_1(3, 14, 300),
    STANDARD_2(3, 14, 900),
    EXTENDED_0(8, 42, 400),
    EXTENDED_1(8, 42, 800),
    EXTENDED_2(8, 42, 2_400);

    private static final int BASIC_TOPICS = 40;
    private static final int BASIC_DEFAULT_PARTITIONS = 8;
    private static final int DEDICATED_DEFAULT_PARTITIONS = 32;
    private static final int DEDICATED_PARTITIONS_OF_A_TOPIC = 256;
    private static final int DEDICATED_PARTITIONS_OF_A_BROKER = 4_000;

    private final boolean shared;
    private final int brokers;
    private final long produceBytesPerSecond;
    private final long consumeBytesPerSecond;
    private final int partitions;
    private final int partitionsOfATopic;
    private final int defaultPartitions;
    private final Duration shortestRetention;
    private final Duration longestRetention;
    private final int capacityGiB;

    /** A Basic plan. */
    Plan(int produceKilobytesPerSecond, int consumeKilobytesPerSecond, int partitions, int capacityGiB) {
        this.shared = true;
        this.brokers = 8;
        this.produceBytesPerSecond = produceKilobytesPerSecond * 1_000L;
        this.consumeBytesPerSecond = consumeKilobytesPerSecond * 1_000L;
        this.partitions = partitions;
        this.partitionsOfATopic = partitions;
        this.defaultPartitions = BASIC_DEFAULT_PARTITIONS;
        this.shortestRetention = Duration.ofHours(24);
        this.longestRetention = Duration.ofDays(7);
        this.capacityGiB = capacityGiB;
    }

    /** A dedicated plan. */
    Plan(int brokers, int longestRetentionDays, int capacityGiB) {
        this.shared = false;
        this.brokers = brokers;
        this.produceBytesPerSecond = 0;
        this.consumeBytesPerSecond = 0;
        this.partitions = brokers * DEDICATED_PARTITIONS_OF_A_BROKER;
        this.partitionsOfATopic = DEDICATED_PARTITIONS_OF_A_TOPIC;
        this.defaultPartitions = DEDICATED_DEFAULT_PARTITIONS;
        this.shortestRetention = Duration.ofHours(6);
        this.longestRetention = Duration.ofDays(longestRetentionDays);
        this.capacityGiB = capacityGiB;
    }

    /**
     * How a topic removes records.
     *
     * @param policy as Kafka writes it: {@code "delete"}, {@code "compact"} or {@code "compact,delete"}
     * @param retention empty where only compaction removes records
     */
    public record Cleanup(String policy, Optional<Duration> retention) {
        private static Cleanup of(boolean compacted, Optional<Duration> retention) {
            return new Cleanup(
                    compacted ? retention.map(time -> "compact,delete").orElse("compact") : "delete", retention);
        }
    }

    /** Returns the plan of that name, such as {@code "basic-0"}; empty if there is none. */
    public static Optional<Plan> named(String name) {
        return Stream.of(values()).filter(plan -> plan.toString().equals(name)).findFirst();
    }

    /**
     * Tells whether the cluster has other tenants. If it has, names have a prefix, topics and consumer groups must be
     * created before they are used, records of every topic expire, and clients have quotas.
     */
    public boolean isShared() {
        return shared;
    }

    /** Number of brokers of the cluster on the platform. */
    public int brokers() {
        return brokers;
    }

    /** Number of replicas that a topic has on the platform. */
    public int replicas() {
        return 3;
    }

    /** Bytes a second that all clients of the application may produce to the whole cluster; empty without a quota. */
    public OptionalLong produceBytesPerSecond() {
        return quota(produceBytesPerSecond);
    }

    /** Bytes a second that all clients of the application may consume from the whole cluster; empty without a quota. */
    public OptionalLong consumeBytesPerSecond() {
        return quota(consumeBytesPerSecond);
    }

    /** Largest number of topics; empty without a limit. */
    public OptionalInt maxTopics() {
        return shared ? OptionalInt.of(BASIC_TOPICS) : OptionalInt.empty();
    }

    /** Largest number of partitions of all topics, replicas not counted. */
    public int maxPartitions() {
        return partitions;
    }

    /** Largest number of partitions of one topic. */
    public int maxPartitionsPerTopic() {
        return partitionsOfATopic;
    }

    /** Partitions of a topic that is created without a number. */
    public int defaultPartitions() {
        return defaultPartitions;
    }

    /** Retention of a topic that is created without one. */
    public Duration defaultRetention() {
        return Duration.ofDays(1);
    }

    public Duration minRetention() {
        return shortestRetention;
    }

    public Duration maxRetention() {
        return longestRetention;
    }

    /** Bytes that the records of the application may take on the cluster, replicas not counted. Not enforced at home. */
    public long capacityBytes() {
        return (long) capacityGiB << 30;
    }

    /**
     * Returns the cleanup of a topic for which compaction and retention were asked. A topic without a retention gets the
     * default one, unless it is compacted and the cluster is dedicated.
     */
    public Cleanup cleanup(boolean compacted, Optional<Duration> retention) {
        var forced = Optional.of(defaultRetention()).filter(time -> shared || !compacted);
        return Cleanup.of(compacted, retention.or(() -> forced));
    }

    /**
     * Returns the cleanup of a topic of the catalogue. A compacted topic for which the catalogue names no retention keeps
     * its records for as long as the plan lets it.
     */
    public Cleanup cleanup(Catalogue.Entry entry) {
        var forced = Optional.of(maxRetention()).filter(time -> shared);
        return cleanup(
                entry.cleanupPolicy().contains("compact"), entry.retention().or(() -> forced));
    }

    /** Returns a sentence that names the limit if the plan does not allow such a topic. */
    public Optional<String> refusal(String topic, int partitionCount, Optional<Duration> retention) {
        if (partitionCount < 1 || partitionCount > partitionsOfATopic) {
            return Optional.of("The topic %s needs %,d partitions; with the plan %s a topic has 1 to %,d."
                    .formatted(topic, partitionCount, this, partitionsOfATopic));
        }
        return retention
                .filter(time -> time.compareTo(shortestRetention) < 0 || time.compareTo(longestRetention) > 0)
                .map(time -> "The topic %s keeps records for %s; with the plan %s a topic keeps them for %s to %s."
                        .formatted(topic, hours(time), this, hours(shortestRetention), hours(longestRetention)));
    }

    /** Returns a sentence that names need and limit if the plan does not have so many topics and partitions. */
    public Optional<String> refusal(int topics, int partitionCount) {
        var tooManyTopics = topics > maxTopics().orElse(Integer.MAX_VALUE);
        return Optional.of("%,d topics with %,d partitions are needed; the plan %s has %s and %,d."
                        .formatted(
                                topics,
                                partitionCount,
                                this,
                                maxTopics().isPresent()
                                        ? "%,d".formatted(maxTopics().getAsInt())
                                        : "any number",
                                partitions))
                .filter(sentence -> tooManyTopics || partitionCount > partitions);
    }

    /** @throws ClusterException naming need and limit if the topics do not fit the plan */
    public void require(List<Catalogue.Entry> entries) {
        var all = refusal(
                entries.size(),
                entries.stream().mapToInt(Catalogue.Entry::partitions).sum());
        Stream.concat(
                        all.stream(),
                        entries.stream()
                                .flatMap(entry ->
                                        refusal(
                                                entry.name(),
                                                entry.partitions(),
                                                cleanup(entry).retention())
                                                .stream()))
                .findFirst()
                .ifPresent(sentence -> {
                    throw new ClusterException(sentence + " Choose another with bin/up --plan.", null);
                });
    }

    /** Name of the plan on the platform: {@code "basic-0"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static OptionalLong quota(long bytesPerSecond) {
        return bytesPerSecond == 0 ? OptionalLong.empty() : OptionalLong.of(bytesPerSecond);
    }

    private static String hours(Duration time) {
        return "%,d h".formatted(time.toHours());
    }
}
