package millrace.console.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.console.call.ConsoleException;
import millrace.console.mask.PersonalFieldMask;
import millrace.console.view.BoundedJson;
import millrace.console.view.Deployment;
import millrace.events.Catalogue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the records of a channel whose timestamps are in one minute, without a group. Personal data is masked. */
final class MinuteRecords {
    /** Records come up to so much out of the order of their timestamps, as they do for the ledger. */
    private static final Duration DISORDER = Duration.ofMinutes(1);

    private static final Duration READ_WITHIN = Duration.ofSeconds(4);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_READ = 20_000;
    private static final int MOST_BYTES_AT_ONCE = 1024 * 1024;
    private static final int LONGEST_KEY = 200;
    private static final int LONGEST_VALUE = 2_000;

    private final Deployment deployment;

    MinuteRecords(Deployment deployment) {
        this.deployment = deployment;
    }

    /**
     * A record, as the page shows it.
     *
     * @param type value of the header {@code ce_type}; null where there is none
     * @param key with dots where it leads to a person; null where there is none
     * @param value JSON with dots for personal data, cut where it is long; null for a tombstone
     */
    record Row(int partition, long offset, Instant timestamp, String type, String key, String value, int bytes) {}

    /**
     * The first records of a minute.
     *
     * @param found number of records of the minute among those that were read
     * @param complete whether all of the channel that can have records of the minute was read
     */
    record Page(List<Row> records, int found, boolean complete) {}

    /**
     * Reads the minute.
     *
     * @param most rows that are returned
     * @throws ConsoleException 404 for a channel that is not in the catalogue, 503 where the brokers do not answer
     */
    Page read(String channel, Instant minute, int most) {
        var entry = Catalogue.channels().stream()
                .filter(known -> known.name().equals(channel))
                .findFirst()
                .orElseThrow(() -> ConsoleException.notFound("The catalogue has no channel " + channel + "."));
        try (var consumer = consumer()) {
            return read(consumer, entry, minute, most);
        } catch (KafkaException e) {
            throw new ConsoleException(503, channel + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Page read(KafkaConsumer<byte[], byte[]> consumer, Catalogue.Entry channel, Instant minute, int most) {
        var end = minute.plus(Duration.ofMinutes(1));
        var bounds = bounds(consumer, channel, minute, end);
        consumer.assign(bounds.keySet());
        bounds.forEach((partition, range) -> consumer.seek(partition, range[0]));
        var rows = new ArrayList<Row>();
        var found = 0;
        var read = 0;
        var deadline = System.nanoTime() + READ_WITHIN.toNanos();
        while (isLeft(consumer, bounds) && read < MOST_READ && System.nanoTime() < deadline) {
            for (var record : consumer.poll(POLL)) {
                read++;
                var at = Instant.ofEpochMilli(record.timestamp());
                if (!at.isBefore(minute) && at.isBefore(end)) {
                    found++;
                    if (rows.size() < most) {
                        rows.add(row(channel.name(), record));
                    }
                }
            }
            consumer.pause(bounds.keySet().stream()
                    .filter(partition -> isRead(consumer, partition, bounds))
                    .toList());
        }
        rows.sort(Comparator.comparing(Row::timestamp)
                .thenComparing(Row::partition)
                .thenComparing(Row::offset));
        return new Page(rows, found, !isLeft(consumer, bounds));
    }

    /** First offset of each partition that may be of the minute, and the one after the last; empty ones are left out. */
    private Map<TopicPartition, long[]> bounds(
            KafkaConsumer<?, ?> consumer, Catalogue.Entry channel, Instant minute, Instant end) {
        var from = new HashMap<TopicPartition, Long>();
        var to = new HashMap<TopicPartition, Long>();
        for (var number = 0; number < channel.partitions(); number++) {
            var partition = new TopicPartition(deployment.topic(channel.name()), number);
            from.put(partition, minute.minus(DISORDER).toEpochMilli());
            to.put(partition, end.plus(DISORDER).toEpochMilli());
        }
        var last = consumer.endOffsets(to.keySet());
        var first = consumer.offsetsForTimes(from);
        var after = consumer.offsetsForTimes(to);
        var bounds = new HashMap<TopicPartition, long[]>();
        first.forEach((partition, begin) -> {
            var bound = after.get(partition) == null
                    ? last.get(partition)
                    : (Long) after.get(partition).offset();
            if (begin != null && begin.offset() < bound) {
                bounds.put(partition, new long[] {begin.offset(), bound});
            }
        });
        return bounds;
    }

    private static boolean isLeft(KafkaConsumer<?, ?> consumer, Map<TopicPartition, long[]> bounds) {
        return bounds.keySet().stream().anyMatch(partition -> !isRead(consumer, partition, bounds));
    }

    private static boolean isRead(
            KafkaConsumer<?, ?> consumer, TopicPartition partition, Map<TopicPartition, long[]> bounds) {
        return consumer.position(partition, READ_WITHIN) >= bounds.get(partition)[1];
    }

    private static Row row(String channel, ConsumerRecord<byte[], byte[]> record) {
        var type = header(record, "ce_type");
        return new Row(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                type,
                key(channel, record.key()),
                value(channel, type, record.value()),
                record.value() == null ? 0 : record.value().length);
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : cut(new String(header.value(), UTF_8), LONGEST_KEY);
    }

    private static String key(String channel, byte[] key) {
        if (key == null) {
            return null;
        }
        return PersonalFieldMask.isKeyPersonal(channel)
                ? PersonalFieldMask.DOTS
                : cut(new String(key, UTF_8), LONGEST_KEY);
    }

    private static String value(String channel, String type, byte[] value) {
        if (value == null) {
            return null;
        }
        Optional<JsonNode> json;
        try {
            json = BoundedJson.ofRecord(value);
        } catch (JsonProcessingException e) {
            return PersonalFieldMask.DOTS;
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can be read", e);
        }
        if (json.isEmpty()) {
            return PersonalFieldMask.DOTS;
        }
        var masked = PersonalFieldMask.mask(channel, type, json.get());
        return cut(masked.isTextual() ? masked.asText() : masked.toString(), LONGEST_VALUE);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var settings = new HashMap<>(deployment.kafka());
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put("client.id", "console-ledger");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", (int) READ_WITHIN.toMillis());
        settings.put("fetch.max.bytes", MOST_BYTES_AT_ONCE);
        settings.put("max.partition.fetch.bytes", MOST_BYTES_AT_ONCE / 4);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
