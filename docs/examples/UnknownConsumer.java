import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A consumer that no service knows: it reads a channel from the beginning, and ends when it has read all records that were
 * there at its start. It needs the platform's config vars (README.md beside this file) and a name for its group. The next
 * run of that group goes on where this one ends. At its end it publishes how many records of each minute it has read, so
 * that the ledger shows it beside the services: see {@code Counted} in channels.yaml.
 *
 * <pre>java -cp 'infra/release/target/lib/*' docs/examples/UnknownConsumer.java [CHANNEL] [GROUP]</pre>
 */
public final class UnknownConsumer {
    private static final Duration STALLED_AFTER = Duration.ofSeconds(30);
    private static final Map<String, String> VARS = System.getenv();

    public static void main(String[] arguments) {
        var channel = arguments.length > 0 ? arguments[0] : "clicks";
        var group = arguments.length > 1 ? arguments[1] : "unknown-java";
        if (!VARS.containsKey("KAFKA_URL")) {
            fail("KAFKA_URL is not set: eval \"$(bin/vars)\" sets the config vars of what bin/up started.");
        }
        // The platform's prefix stands before the name of every topic and of every group.
        var prefix = VARS.getOrDefault("KAFKA_PREFIX", "");
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(settings(prefix + group), text, text)) {
            read(consumer, prefix + channel, channel, group);
        }
    }

    private static void read(KafkaConsumer<String, String> consumer, String topic, String channel, String group) {
        var records = new TreeMap<Integer, Long>();
        var types = new TreeMap<String, Long>();
        var minutes = new TreeMap<String, Long>();
        var partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        partitions.forEach(partition -> records.put(partition.partition(), 0L));
        // Where each partition ends now. Positions count no records: transactions and compaction leave holes.
        var ends = consumer.endOffsets(partitions);
        var heard = Instant.now();
        consumer.subscribe(List.of(topic));
        while (!isAtEnd(consumer, ends)) {
            for (var record : consumer.poll(Duration.ofMillis(500))) {
                records.merge(record.partition(), 1L, Long::sum);
                types.merge(type(record), 1L, Long::sum);
                minutes.merge(record.partition() + "|" + minute(record), 1L, Long::sum);
                heard = Instant.now();
            }
            if (Instant.now().isAfter(heard.plus(STALLED_AFTER))) {
                fail("Nothing came of " + channel + " for 30 s: is another run of " + group + " reading it?");
            }
        }
        publish(channel, group, minutes, consumer, topic);
        // The broker keeps how far the group has come. A run that is killed before this reads and counts again.
        consumer.commitSync();
        partitions.forEach(partition -> System.out.println(channel + " " + partition.partition() + ": "
                + records.get(partition.partition()) + " records before offset " + consumer.position(partition)));
        types.forEach((type, count) -> System.out.println(count + " " + type));
    }

    /**
     * Publishes a total for each partition and minute of the records' timestamps. This run's totals are its own, by its
     * name and a slash and an id: the ledger adds up the runs.
     */
    private static void publish(
            String channel, String group, Map<String, Long> minutes, KafkaConsumer<?, ?> consumer, String topic) {
        var by = group + "/" + ProcessHandle.current().pid() + "-" + Instant.now().toEpochMilli();
        var prefix = VARS.getOrDefault("KAFKA_PREFIX", "");
        var text = new StringSerializer();
        var settings = connection();
        settings.put("acks", "all");
        try (var producer = new KafkaProducer<>(settings, text, text)) {
            minutes.forEach((minute, count) -> {
                var partition = Integer.parseInt(minute.substring(0, minute.indexOf('|')));
                var counted = """
                        {"by":"%s","role":"read","channel":"%s","partition":%d,"minute":"%s",\
                        "counts":{"applied":%d},"nextOffset":%d}"""
                        .formatted(
                                by,
                                channel,
                                partition,
                                minute.substring(minute.indexOf('|') + 1),
                                count,
                                consumer.position(new TopicPartition(topic, partition)));
                // The last record of a key replaces the others: the key says what the total is about.
                producer.send(
                        new ProducerRecord<>(
                                prefix + "ledger", String.join("|", by, "read", channel, minute), counted),
                        (written, failure) -> {
                            if (failure != null) {
                                fail("The counts are not on the channel ledger: " + failure.getMessage());
                            }
                        });
            });
        }
    }

    private static Instant minute(ConsumerRecord<?, ?> record) {
        return Instant.ofEpochMilli(record.timestamp()).truncatedTo(ChronoUnit.MINUTES);
    }

    /** Returns true if it has all partitions and is at the end of each; before the group has met it has none. */
    private static boolean isAtEnd(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return consumer.assignment().containsAll(ends.keySet())
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Returns the type of the record, a CloudEvent, from its headers. The value is JSON. */
    private static String type(ConsumerRecord<?, ?> record) {
        var type = record.headers().lastHeader("ce_type");
        return type == null ? "no type" : new String(type.value(), UTF_8);
    }

    private static Map<String, Object> settings(String group) {
        var settings = connection();
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        return settings;
    }

    private static Map<String, Object> connection() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", VARS.get("KAFKA_URL").replaceAll("kafka(\\+ssl)?://", ""));
        if (VARS.get("KAFKA_URL").startsWith("kafka+ssl:")) {
            settings.put("security.protocol", "SSL");
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.certificates", VARS.get("KAFKA_TRUSTED_CERT"));
            settings.put("ssl.keystore.type", "PEM");
            settings.put("ssl.keystore.certificate.chain", VARS.get("KAFKA_CLIENT_CERT"));
            settings.put("ssl.keystore.key", pkcs8(VARS.get("KAFKA_CLIENT_CERT_KEY")));
            // The brokers' certificates have a random name on the PaaS: the client verifies their chain, not their name.
            settings.put("ssl.endpoint.identification.algorithm", "");
        }
        return settings;
    }

    /** Converts the key of the PaaS, PKCS#1, to PKCS#8 for Kafka's client: the algorithm's name comes before the key. */
    private static String pkcs8(String pem) {
        if (!pem.contains("BEGIN RSA PRIVATE KEY")) {
            return pem;
        }
        var pkcs1 = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*?-----", ""));
        var rsa = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
        var pkcs8 = Base64.getMimeEncoder().encodeToString(der(0x30, rsa, der(0x04, pkcs1)));
        return "-----BEGIN PRIVATE KEY-----\n" + pkcs8 + "\n-----END PRIVATE KEY-----\n";
    }

    /** Encodes a DER element: tag, length in two bytes, parts. */
    private static byte[] der(int tag, byte[]... parts) {
        var length = Stream.of(parts).mapToInt(part -> part.length).sum();
        var bytes = ByteBuffer.allocate(4 + length).put((byte) tag).put((byte) 0x82).putShort((short) length);
        Stream.of(parts).forEach(bytes::put);
        return bytes.array();
    }

    private static void fail(String sentence) {
        System.err.println(sentence);
        System.exit(1);
    }
}
