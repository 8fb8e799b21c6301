package millrace.local.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import millrace.events.Json;
import millrace.events.TerminalText;
import millrace.local.StartException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Prints records of a topic as they are written. It joins no group, and moves no position of any consumer. */
@Command(
        name = "topics:tail",
        description = {
            "Prints the records of a topic from now on, until Ctrl-C: topic, partition, offset, bytes and value of each, in a"
                    + " line.",
            "--from-beginning and --since begin earlier. It joins no consumer group."
        })
final class TailCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final String NOTHING = "NULL";

    /** Bytes in memory before they are printed: the heap of this program is small. */
    private static final int FETCHED_AT_ONCE = 8 << 20;

    /** Earliest and latest time that a record can have. */
    private static final Instant FIRST = Instant.EPOCH;

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    @ParentCommand
    private KafkaCommand kafkaCommand;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Its name, without the prefix.")
    private String topic;

    @Parameters(index = "1", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
    private String cluster;

    @Option(
            names = {"-a", "--app"},
            paramLabel = "APP",
            description = "Is there for the plugin's users; here there is only one.")
    private String app;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            defaultValue = "80",
            description = "Bytes of a value that are printed. Default: ${DEFAULT-VALUE}.")
    private int maxLength;

    @Option(names = "--from-beginning", description = "Begins with the first record that there is.")
    private boolean fromBeginning;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Begins with the first record of that time or later: 2026-01-31T12:00:00Z, or 10m for ten minutes ago.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--no-follow", description = "Ends with the last record that there was at the start.")
    private boolean noFollow;

    @Option(names = "--limit", paramLabel = "N", description = "Ends after so many records.")
    private Optional<Long> limit = Optional.empty();

    @Option(names = "--partition", paramLabel = "N", description = "Reads this partition alone.")
    private Optional<Integer> partition = Optional.empty();

    @Option(names = "--key", paramLabel = "KEY", description = "Prints records with this key alone.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "Prints records with this header alone. Repeatable.")
    private Map<String, String> header = Map.of();

    @Option(names = "--grep", paramLabel = "TEXT", description = "Prints records alone whose value contains the text.")
    private Optional<String> grep = Optional.empty();

    @Option(names = "--keys", description = "Prints the key before the value.")
    private boolean keys;

    @Option(names = "--headers", description = "Prints the headers before the value, as name=value.")
    private boolean headers;

    @Option(names = "--times", description = "Prints the timestamp first.")
    private boolean times;

    @Option(names = "--json", description = "Prints each record whole as a line of JSON, with key, headers and time.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private final KafkaColours colours = KafkaColours.ofProcess();

    @Override
    public Integer call() {
        if (fromBeginning && since.isPresent()) {
            throw new StartException("--from-beginning and --since exclude each other: give one of them.");
        }
        if (maxLength < 0) {
            throw new StartException("--max-length has to be 0 or more, and is " + maxLength + ".");
        }
        var start = since.map(TailCommand::instant);
        var kafka = KafkaAccess.of(kafkaCommand.directory());
        var settings = kafka.with(Map.of(
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed",
                "fetch.max.bytes",
                FETCHED_AT_ONCE));
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = partitions(consumer, kafka.full(topic));
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            seek(consumer, partitions, start, ends);
            print(consumer, ends);
        } catch (KafkaException e) {
            throw KafkaAccess.notAnswering(e);
        }
        return 0;
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String name) {
        if (!consumer.listTopics().containsKey(name)) {
            throw new StartException("topic " + topic + " not found");
        }
        var all = consumer.partitionsFor(name).stream()
                .map(info -> new TopicPartition(name, info.partition()))
                .filter(one ->
                        partition.map(number -> number == one.partition()).orElse(true))
                .toList();
        if (all.isEmpty()) {
            throw new StartException("topic " + topic + " has no partition " + partition.orElse(0));
        }
        return all;
    }

    private void seek(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Optional<Instant> start,
            Map<TopicPartition, Long> ends) {
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else if (start.isPresent()) {
            var asked = partitions.stream()
                    .collect(Collectors.toMap(
                            Function.identity(), one -> start.get().toEpochMilli()));
            consumer.offsetsForTimes(asked)
                    .forEach((one, found) -> consumer.seek(one, found == null ? ends.get(one) : found.offset()));
        } else {
            ends.forEach(consumer::seek);
        }
    }

    private void print(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        var wanted = wanted();
        var left = limit.orElse(Long.MAX_VALUE);
        while (left > 0 && (!noFollow || isBefore(consumer, ends))) {
            for (var record : consumer.poll(POLL)) {
                var isLater =
                        noFollow && record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()));
                if (left > 0 && !isLater && wanted.test(record)) {
                    System.out.println(json ? json(record) : line(record));
                    left--;
                }
            }
            if (System.out.checkError()) {
                return; // The reader of the pipe has ended.
            }
        }
    }

    private static boolean isBefore(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private Predicate<ConsumerRecord<byte[], byte[]>> wanted() {
        return record -> key.map(text -> text.equals(text(record.key()))).orElse(true)
                && grep.map(text ->
                                record.value() != null && text(record.value()).contains(text))
                        .orElse(true)
                && header.entrySet().stream().allMatch(one -> {
                    var found = record.headers().lastHeader(one.getKey());
                    return found != null && one.getValue().equals(text(found.value()));
                });
    }

    private String line(ConsumerRecord<byte[], byte[]> record) {
        var line = new StringBuilder();
        if (times) {
            line.append(Instant.ofEpochMilli(record.timestamp())).append(' ');
        }
        line.append(colours.dim(topic + " " + record.partition() + " " + record.offset()));
        line.append(' ').append(record.value() == null ? 0 : record.value().length);
        if (keys) {
            line.append(' ')
                    .append(colours.green(record.key() == null ? NOTHING : TerminalText.line(text(record.key()))));
        }
        if (headers) {
            record.headers()
                    .forEach(one -> line.append(' ')
                            .append(colours.blue(TerminalText.line(one.key() + "=" + text(one.value())))));
        }
        line.append(' ')
                .append(
                        record.value() == null
                                ? NOTHING
                                : TerminalText.line(new String(
                                        record.value(), 0, Math.min(record.value().length, maxLength), UTF_8)));
        return line.toString();
    }

    private static String json(ConsumerRecord<byte[], byte[]> record) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("topic", record.topic());
        fields.put("partition", record.partition());
        fields.put("offset", record.offset());
        fields.put("time", Instant.ofEpochMilli(record.timestamp()).toString());
        fields.put("key", record.key() == null ? null : text(record.key()));
        fields.put(
                "headers",
                StreamSupport.stream(record.headers().spliterator(), false)
                        .collect(Collectors.toMap(
                                Header::key, one -> text(one.value()), (one, other) -> other, LinkedHashMap::new)));
        fields.put("value", record.value() == null ? null : value(text(record.value())));
        return TerminalText.line(Json.text(fields)); // JSON leaves control characters of C1 as they are.
    }

    /** The JSON as it is where the value is one, with its numbers and repeated fields, else its text. */
    private static Object value(String text) {
        return isJson(text) ? new RawValue(text.replaceAll("[\\r\\n\\t]", " ")) : text;
    }

    /** Tells whether the text is one JSON value and nothing else, not deeper than readers of JSON permit. */
    private static boolean isJson(String text) {
        try (var parser = Json.MAPPER.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("A text cannot be read", e);
        }
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }

    private static Instant instant(String text) {
        var time = KafkaText.duration(text).map(ago -> Instant.now().minus(ago)).orElseGet(() -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new StartException(
                        "Unknown time '" + text + "'; expected a value like '10m' or '2026-01-31T12:00:00Z'", e);
            }
        });
        return time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
    }
}
