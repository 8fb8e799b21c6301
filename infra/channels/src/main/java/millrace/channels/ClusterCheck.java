package millrace.channels;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Compares the topics, consumer groups and permissions of a cluster with the catalogue, by the right Describe alone. A
 * call fails with {@link ClusterException} after 20 s.
 */
public final class ClusterCheck implements AutoCloseable {
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    private final String prefix;
    private final PlatformCommands commands;
    private final Admin admin;

    /** @param client properties of a Kafka client */
    public ClusterCheck(Map<String, ?> client, String prefix, PlatformCommands commands) {
        this.prefix = prefix;
        this.commands = commands;
        var properties = new HashMap<String, Object>(client);
        properties.putAll(ANSWER_WITHIN);
        this.admin = Admin.create(properties);
    }

    /** Returns the admin client, which this object closes. */
    public Admin admin() {
        return admin;
    }

    /** Returns the number of brokers. */
    public int brokers() {
        return KafkaAnswers.of(admin.describeCluster().nodes()).size();
    }

    /** Findings for topics that are missing or have other partitions, replicas, cleanup or retention. */
    public List<Finding> topics(List<Catalogue.Entry> entries) {
        var findings = new ArrayList<Finding>();
        var present = new LinkedHashMap<Catalogue.Entry, TopicDescription>();
        descriptions(entries)
                .forEach((entry, topic) -> topic.ifPresentOrElse(
                        found -> present.put(entry, found),
                        () -> findings.add(Finding.missing("Topic " + entry.name(), commands.create(entry)))));
        if (present.isEmpty()) {
            otherPrefix(entries).ifPresent(findings::addFirst);
        }
        present.forEach((entry, topic) -> partitions(entry, topic).ifPresent(findings::add));
        findings.addAll(new TopicDurability(admin, prefix, commands.plan()).findings(present));
        return findings;
    }

    /** Returns the topics that the client does not see: they do not exist, or their permissions are missing. */
    public List<Catalogue.Entry> missing(List<Catalogue.Entry> entries) {
        var descriptions = descriptions(entries);
        return entries.stream()
                .filter(entry -> descriptions.get(entry).isEmpty())
                .toList();
    }

    /**
     * Findings for groups that the client may not use. A group that was never used is not found, which is in order: it
     * may be used.
     */
    public List<Finding> groups(Collection<String> groups) {
        var descriptions = admin.describeConsumerGroups(
                        groups.stream().map(this::prefixed).toList())
                .describedGroups();
        return groups.stream()
                .filter(group -> isRefused(descriptions.get(prefixed(group)), GroupIdNotFoundException.class))
                .map(group -> Finding.missing("Consumer group " + group, PlatformCommands.createGroup(group)))
                .toList();
    }

    /**
     * Findings for operations on existing topics that the broker refuses to the client.
     *
     * @param needed operations that the client needs on a topic
     */
    public List<Finding> permissions(
            List<Catalogue.Entry> entries, Function<Catalogue.Entry, Set<AclOperation>> needed) {
        var findings = new ArrayList<Finding>();
        var hidden = new ArrayList<String>();
        descriptions(entries)
                .forEach((entry, topic) -> topic.ifPresent(found -> {
                    if (found.authorizedOperations() == null) {
                        hidden.add(entry.name());
                        return;
                    }
                    var refused = EnumSet.noneOf(AclOperation.class);
                    refused.addAll(needed.apply(entry));
                    refused.removeAll(found.authorizedOperations());
                    if (!refused.isEmpty()) {
                        findings.add(Finding.wrong(
                                "The client may not %s topic %s"
                                        .formatted(
                                                refused.stream()
                                                        .map(operation ->
                                                                operation.name().toLowerCase(Locale.ROOT))
                                                        .collect(joining(", ")),
                                                prefix + entry.name()),
                                "grant it these operations, or give it the credentials that have them"));
                    }
                }));
        if (!hidden.isEmpty()) {
            findings.add(Finding.unknown(
                    "The broker does not show which operations on %s and %d more topics it allows"
                            .formatted(hidden.getFirst(), hidden.size() - 1),
                    ""));
        }
        return findings;
    }

    // fork: analytics
    /**
     * Finding for Kafka transactions that are not granted, if any. A transactional id is described and none is used, so
     * the right Write is not tried.
     *
     * @param id without the prefix
     */
    public Optional<Finding> transactions(String id) {
        var transactionalId = prefixed(id);
        var answer = admin.describeTransactions(List.of(transactionalId)).description(transactionalId);
        if (!isRefused(answer, TransactionalIdNotFoundException.class)) {
            return Optional.empty();
        }
        return Optional.of(Finding.wrong(
                "Kafka transactions are not granted, and analytics writes in them",
                "set ANALYTICS_GUARANTEE=at_least_once, or grant Write and Describe on transactional ids that begin with "
                        + transactionalId));
    }
    // fork: end

    /** Returns the levels of the cluster's features, which tell how new its brokers are. */
    public Map<String, Integer> features() {
        var features = new HashMap<String, Integer>();
        KafkaAnswers.of(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .forEach((name, range) -> features.put(name, (int) range.maxVersionLevel()));
        return features;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private String prefixed(String name) {
        return prefix + name;
    }

    private Map<Catalogue.Entry, Optional<TopicDescription>> descriptions(List<Catalogue.Entry> entries) {
        var names = entries.stream().map(entry -> prefixed(entry.name())).toList();
        var answers = admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        var descriptions = new LinkedHashMap<Catalogue.Entry, Optional<TopicDescription>>();
        for (var entry : entries) {
            KafkaFuture<Optional<TopicDescription>> answer =
                    answers.get(prefixed(entry.name())).thenApply(Optional::of);
            descriptions.put(
                    entry,
                    KafkaAnswers.of(
                            answer,
                            Map.of(
                                    UnknownTopicOrPartitionException.class,
                                    Optional.empty(),
                                    AuthorizationException.class,
                                    Optional.empty())));
        }
        return descriptions;
    }

    /** Finding for a prefix under which no topic is visible, while one is under another prefix. */
    private Optional<Finding> otherPrefix(List<Catalogue.Entry> entries) {
        var suffixes = entries.stream().map(Catalogue.Entry::name).toList();
        return KafkaAnswers.of(admin.listTopics().names()).stream()
                .flatMap(topic -> suffixes.stream()
                        .filter(name -> topic.endsWith("." + name) || topic.equals(name))
                        .map(name -> topic.substring(0, topic.length() - name.length())))
                .filter(other -> !other.equals(prefix))
                .findFirst()
                .map(other -> Finding.wrong(
                        "No topic begins with KAFKA_PREFIX, which is \"%s\"; some begin with \"%s\""
                                .formatted(prefix, other),
                        other.isEmpty() ? "remove KAFKA_PREFIX" : "set KAFKA_PREFIX=" + other));
    }

    private Optional<Finding> partitions(Catalogue.Entry entry, TopicDescription topic) {
        var partitions = topic.partitions().size();
        return partitions == entry.partitions()
                ? Optional.empty()
                : Optional.of(Finding.wrong(
                        "Topic %s has %d partitions instead of %d and has to be made again, which loses its records"
                                .formatted(entry.name(), partitions, entry.partitions()),
                        "heroku kafka:topics:destroy %s\n    %s".formatted(entry.name(), commands.create(entry))));
    }

    private static boolean isRefused(KafkaFuture<?> answer, Class<? extends Throwable> unused) {
        KafkaFuture<Boolean> refused = answer.thenApply(any -> false);
        return KafkaAnswers.of(refused, Map.of(AuthorizationException.class, true, unused, false));
    }
}
