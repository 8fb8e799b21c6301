package millrace.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code channels.yaml}, read: what the platform has to provide and who may do what. */
public final class Catalogue {
    /** Name of the system property that gives every channel another number of partitions, to measure what they cost. */
    public static final String PARTITIONS = "millrace.partitions";

    private Catalogue() {}

    /**
     * A channel, or an internal topic of Kafka Streams.
     *
     * @param name logical: the topic's name without the platform's prefix
     * @param cleanupPolicy as Kafka writes it: {@code "delete"}, {@code "compact"} or {@code "compact,delete"}
     * @param retention how long records are kept; empty where only compaction removes them
     * @param owner the module whose contract it is
     * @param writers the modules that write it, its owner first
     * @param readers the modules that read it; {@code "*"} is anyone
     * @param audited whether the audit service keeps every record of it
     * @param effect whether something is done because of a record, so that it must not be written twice
     * @param internal whether it belongs to its owner alone and is no contract
     */
    public record Entry(
            String name,
            String summary,
            String key,
            int partitions,
            int replicas,
            String cleanupPolicy,
            Optional<Duration> retention,
            String owner,
            List<String> writers,
            List<String> readers,
            boolean audited,
            boolean effect,
            boolean internal) {
        private Entry named(String other) {
            return new Entry(
                    other,
                    summary,
                    key,
                    partitions,
                    replicas,
                    effect ? "compact" : cleanupPolicy,
                    effect ? Optional.empty() : retention,
                    owner,
                    writers,
                    readers,
                    false,
                    effect,
                    internal);
        }
    }

    /** The document itself, for what {@link Entry} does not say: messages and their schemas. */
    public static JsonNode document() {
        try (var yaml = Catalogue.class.getResourceAsStream("channels.yaml")) {
            return new YAMLMapper().readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("channels.yaml cannot be read", e);
        }
    }

    /** Every entry, internal topics last, otherwise in the document's order. */
    public static List<Entry> entries() {
        var document = document();
        var entries = new ArrayList<Entry>();
        document.get("channels")
                .properties()
                .forEach(channel -> entries.add(entry(channel.getKey(), channel.getValue())));
        return List.copyOf(entries);
    }

    /**
     * One of them.
     *
     * @throws NoSuchElementException where there is none of that name
     */
    public static Entry entry(String name) {
        return entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("channels.yaml has no " + name));
    }

    /** The channels: what services meet at. */
    public static List<Entry> channels() {
        return entries().stream().filter(entry -> !entry.internal()).toList();
    }

    /** What each message says about a person, by what stands in its header {@code ce_type}: {@code "clicks.page"}. */
    public static Map<String, PersonalData> personalData() {
        return PersonalData.of(document());
    }

    /**
     * What a generation of a module needs that {@link #entries} has not: the topics that it owns, by the names that they
     * have in that generation. The first has the names of the catalogue; only its effects have others while it is rebuilt.
     * Effects stay until the generation is dropped: who switches to it asks which of them were caused already.
     */
    public static List<Entry> beside(String owner, int generation) {
        return entries().stream()
                .filter(entry -> entry.owner().equals(owner) && (generation > 1 || entry.effect()))
                .map(entry -> entry.named(name(entry, "-g" + generation)))
                .toList();
    }

    /** The name of a topic of Kafka Streams begins with that of its application, which is the one that changes. */
    private static String name(Entry entry, String suffix) {
        return entry.internal() ? entry.name().replaceFirst("-", suffix + "-") : entry.name() + suffix;
    }

    private static Entry entry(String name, JsonNode channel) {
        var kafka = channel.at("/bindings/kafka");
        var config = kafka.path("topicConfiguration");
        return new Entry(
                name,
                channel.path("summary").asText(),
                channel.path("x-key").asText(),
                Integer.getInteger(PARTITIONS, kafka.path("partitions").asInt()),
                kafka.path("replicas").asInt(),
                String.join(",", texts(config.path("cleanup.policy"))),
                Optional.of(config.path("retention.ms"))
                        .filter(JsonNode::isNumber)
                        .map(ms -> Duration.ofMillis(ms.asLong())),
                channel.path("x-owner").asText(),
                Stream.concat(Stream.of(channel.path("x-owner").asText()), texts(channel.path("x-writers")).stream())
                        .toList(),
                texts(channel.path("x-readers")),
                channel.path("x-audited").asBoolean(),
                channel.path("x-effect").asBoolean(),
                channel.path("x-internal").asBoolean());
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
