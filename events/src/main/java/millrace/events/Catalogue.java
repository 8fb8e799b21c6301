package millrace.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The channels of {@code channels.yaml}: the topics that the platform provides, and the modules that write and read them. */
public final class Catalogue {
    /** Name of the system property that overrides the number of partitions of every channel, to measure their cost. */
    public static final String PARTITIONS = "millrace.partitions";

    private Catalogue() {}

    /**
     * A channel, or an internal topic of Kafka Streams.
     *
     * @param name logical: the topic's name without the platform's prefix
     * @param cleanupPolicy as Kafka writes it: {@code "delete"}, {@code "compact"} or {@code "compact,delete"}
     * @param retention of records; empty where only compaction removes them
     * @param owner the module whose contract it is
     * @param writers the modules that write it, its owner first
     * @param readers the modules that read it; {@code "*"} is any
     * @param effect true if its records cause effects outside, so that none may be written twice
     * @param internal true if it belongs to its owner alone and is no contract
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
            boolean effect,
            boolean internal) {
        // fork: audit
        /** Returns true if the audit service archives every record of it. */
        public boolean audited() {
            return Parsed.DOCUMENT.at("/channels/" + name + "/x-audited").asBoolean();
        }
        // fork: end

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
                    effect,
                    internal);
        }
    }

    /**
     * Returns a copy of the document, for the messages and schemas that {@link Entry} leaves out. The schemas of all
     * files are in {@code components/schemas}, and each topic of Kafka Streams is a channel with {@code x-internal}.
     */
    public static JsonNode document() {
        return Parsed.DOCUMENT.deepCopy();
    }

    /** Parses the document once, when it is first used. */
    private static final class Parsed {
        private static final JsonNode DOCUMENT = new CatalogueFiles().bundle();
    }

    /** Returns every entry, internal topics last, otherwise in the document's sequence. */
    public static List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        Parsed.DOCUMENT
                .get("channels")
                .properties()
                .forEach(channel -> entries.add(entry(channel.getKey(), channel.getValue())));
        return List.copyOf(entries);
    }

    /**
     * Returns the entry of that name.
     *
     * @throws NoSuchElementException where there is none of that name
     */
    public static Entry entry(String name) {
        return entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("channels.yaml has no " + name));
    }

    /** Returns the channels without the internal topics. */
    public static List<Entry> channels() {
        return entries().stream().filter(entry -> !entry.internal()).toList();
    }

    /**
     * Returns the channels that each process reads, by the name of the process, which is that of its consumer group.
     * Processes that read none are left out.
     *
     * @param commands of processes by name, in the project folder: a process is of the module whose folder its command
     *     names
     */
    public static Map<String, List<String>> consumers(Map<String, String> commands) {
        var consumers = new LinkedHashMap<String, List<String>>();
        commands.forEach((process, command) -> {
            var channels = channels().stream()
                    .filter(channel -> channel.readers().stream().anyMatch(module -> isOf(module, command)))
                    .map(Entry::name)
                    .toList();
            if (!channels.isEmpty()) {
                consumers.put(process, channels);
            }
        });
        return consumers;
    }

    private static boolean isOf(String module, String command) {
        return Pattern.compile("(?<![\\w./-])" + Pattern.quote(module) + "/")
                .matcher(command)
                .find();
    }

    /** Returns the personal data in each message, by the value of its header {@code ce_type}: {@code "clicks.page"}. */
    public static Map<String, PersonalData> personalData() {
        return PersonalData.of(Parsed.DOCUMENT);
    }

    /**
     * The processes whose totals of a channel must not be missing on {@code ledger}; others may be there as well.
     *
     * @param writers those that count what they write
     * @param readers those that the catalogue names
     */
    public record Counting(List<String> writers, List<String> readers) {}

    /** Returns the processes that count the records of a channel. */
    public static Counting counting(Entry channel) {
        var uncounted = texts(Parsed.DOCUMENT.at("/channels/" + channel.name() + "/x-uncounted"));
        return new Counting(
                channel.writers().stream()
                        .filter(writer -> !uncounted.contains(writer))
                        .map(Catalogue::process)
                        .toList(),
                channel.readers().stream()
                        .filter(reader -> !reader.equals("*"))
                        .map(Catalogue::process)
                        .toList());
    }

    /** Returns the name of a module's process in the Procfile; a module that names none has its own name. */
    public static String process(String module) {
        return Parsed.DOCUMENT.path("x-processes").path(module).asText(module);
    }

    /** Returns the channels that contain dead letters; the owner of each has read the original records. */
    public static List<Entry> deadLetterChannels() {
        return channels().stream()
                .filter(channel -> Parsed.DOCUMENT
                        .at("/channels/" + channel.name() + "/messages")
                        .has("DeadLetter"))
                .toList();
    }

    /**
     * Returns the topics of one generation of a module that are not in {@link #entries}, under their names in that
     * generation. The first generation uses the names of the catalogue; only its effects have others while it is
     * rebuilt. Effects stay until the generation is dropped, because a switch to it compares them with those that were
     * caused already.
     */
    public static List<Entry> entriesOfGeneration(String owner, int generation) {
        return entries().stream()
                .filter(entry -> entry.owner().equals(owner) && (generation > 1 || entry.effect()))
                .map(entry -> entry.named(name(entry, new GenerationNames(generation).shadowSuffix())))
                .toList();
    }

    /**
     * Inserts the suffix into a topic's name; an internal topic begins with the name of its application, which has the
     * suffix.
     */
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
                channel.path("x-effect").asBoolean(),
                channel.path("x-internal").asBoolean());
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
