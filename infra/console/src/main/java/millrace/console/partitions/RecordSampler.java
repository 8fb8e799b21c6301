package millrace.console.partitions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import millrace.console.call.ConsoleException;
import millrace.console.partitions.LaneSample.Hot;
import millrace.console.partitions.LaneSample.Item;
import millrace.console.partitions.LaneSample.Lane;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a channel from its ends on, in no consumer group, while samples are asked for. It reads 1,000 records or 1 MiB a
 * second, or a batch more; a partition on which it is further behind than that is skipped to its end.
 */
final class RecordSampler {
    static final int MOST_LANES = 24;

    private static final int MOST_AT_ONCE = 4;
    private static final Duration CYCLE = Duration.ofMillis(250);
    private static final int RECORDS_A_CYCLE = 250;
    private static final int BYTES_A_CYCLE = 256 * 1024;
    private static final int SHOWN_A_CYCLE = 4;
    private static final int SHOWN_IN_LANE = 24;
    private static final int HOTTEST = 10;
    private static final int MOST_PLACES = 4_000;
    private static final Duration RATE_OVER = Duration.ofSeconds(5);
    private static final Duration UNHEARD_FOR = Duration.ofSeconds(3);
    private static final Semaphore RUNNING = new Semaphore(MOST_AT_ONCE);

    private final Map<String, Object> client;
    private final String topic;
    private final ChannelKeys keys;

    private Thread thread;
    private long askedAt;
    private String failure = "";
    private long failedAt;

    private Instant since;
    private final Map<Integer, LaneState> lanes = new TreeMap<>();
    private final Deque<Cycle> cycles = new ArrayDeque<>();
    private HottestKeys hottest = new HottestKeys();
    /** Colours and partitions of the keys that came last. */
    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
            return size() > MOST_PLACES;
        }
    };

    private long elsewhere;
    private long read;
    private Map<Integer, Long> came = new HashMap<>();
    private long readNow;
    private long shownNow;

    private record Place(int hue, int partition) {}

    /** Numbers of records of one poll, by partition where they are maps. */
    private record Cycle(long nanos, Map<Integer, Long> came, long read, long shown) {}

    private static final class LaneState {
        private final Deque<Item> items = new ArrayDeque<>();
        private long next = -1;
        private boolean skipped;
    }

    /**
     * @param client Kafka client properties
     * @param topic with its prefix
     */
    RecordSampler(Map<String, Object> client, String topic, ChannelKeys keys) {
        this.client = client;
        this.topic = topic;
        this.keys = keys;
    }

    /**
     * Returns what was read until now, and lets the reading go on for 3 s.
     *
     * @throws ConsoleException 503 if the brokers do not answer, 404 if the topic does not exist, 429 if four other
     *     channels are read already
     */
    synchronized LaneSample sample() {
        askedAt = System.nanoTime();
        if (thread == null) {
            if (!failure.isEmpty() && askedAt - failedAt < UNHEARD_FOR.toNanos()) {
                throw new ConsoleException(503, failure);
            }
            start();
        }
        var millis = System.currentTimeMillis();
        return new LaneSample(
                since,
                oneIn(cycles.stream().mapToLong(Cycle::shown).sum()),
                oneIn(cycles.stream().mapToLong(Cycle::read).sum()),
                elsewhere,
                read,
                lanes(),
                hottest.hottest(HOTTEST, millis).stream().map(this::hot).toList(),
                hottest.records(millis));
    }

    private void start() {
        if (!RUNNING.tryAcquire()) {
            throw new ConsoleException(
                    429, MOST_AT_ONCE + " channels are read for pages already: close the page of one of them.");
        }
        failure = "";
        since = null;
        lanes.clear();
        cycles.clear();
        places.clear();
        hottest = new HottestKeys();
        elsewhere = 0;
        read = 0;
        thread = Thread.ofVirtual().name("records-" + topic).start(this::run);
    }

    private void run() {
        try (var consumer = new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var all = consumer.partitionsFor(topic).size();
            var partitions = IntStream.range(0, Math.min(all, MOST_LANES))
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            begin(partitions);
            while (isHeard()) {
                var began = System.nanoTime();
                var records = consumer.poll(CYCLE);
                for (var partition : partitions) {
                    take(partition, records.records(partition), all);
                }
                finishCycle();
                skip(consumer, partitions);
                LockSupport.parkNanos(CYCLE.toNanos() - (System.nanoTime() - began));
            }
        } catch (KafkaException e) {
            fail("The records of " + topic + " cannot be read: " + e.getMessage());
        } finally {
            RUNNING.release();
            end();
        }
    }

    private synchronized boolean isHeard() {
        return System.nanoTime() - askedAt < UNHEARD_FOR.toNanos();
    }

    private synchronized void begin(List<TopicPartition> partitions) {
        since = Instant.now();
        partitions.forEach(partition -> lanes.put(partition.partition(), new LaneState()));
    }

    private synchronized void fail(String sentence) {
        failure = sentence;
        failedAt = System.nanoTime();
    }

    private synchronized void end() {
        thread = null;
    }

    private synchronized void take(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, int partitions) {
        if (records.isEmpty()) {
            return;
        }
        var lane = lanes.get(partition.partition());
        var missed = lane.skipped ? Math.max(0, records.getFirst().offset() - lane.next) : 0;
        lane.skipped = false;
        lane.next = records.getLast().offset() + 1;
        came.merge(partition.partition(), records.size() + missed, Long::sum);
        readNow += records.size();
        var millis = System.currentTimeMillis();
        var shown = 0;
        for (var index = 0; index < records.size(); index++) {
            var record = records.get(index);
            var key = keys.shown(record.key());
            if (record.key() != null) {
                read++;
                elsewhere += BuiltInPartitioner.partitionForKey(record.key(), partitions) == record.partition() ? 0 : 1;
                hottest.count(key.text(), millis);
                places.put(key.text(), new Place(key.hue(), record.partition()));
            }
            if (isShown(index, records.size())) {
                shown++;
                lane.items.addFirst(new Item(record.offset(), key.text(), key.hue()));
                if (lane.items.size() > SHOWN_IN_LANE) {
                    lane.items.removeLast();
                }
            }
        }
        shownNow += shown;
    }

    /** Some of the records of a cycle, evenly spread. */
    private static boolean isShown(int index, int size) {
        return size <= SHOWN_A_CYCLE || index * SHOWN_A_CYCLE / size != (index + 1) * SHOWN_A_CYCLE / size;
    }

    private synchronized void finishCycle() {
        var now = System.nanoTime();
        cycles.addLast(new Cycle(now, came, readNow, shownNow));
        came = new HashMap<>();
        readNow = 0;
        shownNow = 0;
        while (now - cycles.peekFirst().nanos() > RATE_OVER.toNanos()) {
            cycles.removeFirst();
        }
    }

    private void skip(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
        var behind = partitions.stream()
                .filter(partition -> consumer.currentLag(partition).orElse(0) > RECORDS_A_CYCLE)
                .toList();
        if (!behind.isEmpty()) {
            consumer.seekToEnd(behind);
            synchronized (this) {
                behind.forEach(partition ->
                        lanes.get(partition.partition()).skipped = lanes.get(partition.partition()).next >= 0);
            }
        }
    }

    private double oneIn(long some) {
        var all = cycles.stream()
                .flatMap(cycle -> cycle.came().values().stream())
                .mapToLong(Long::longValue)
                .sum();
        return some == 0 ? 1 : (double) all / some;
    }

    private List<Lane> lanes() {
        var seconds = cycles.isEmpty()
                ? 1
                : Math.max(1, (System.nanoTime() - cycles.peekFirst().nanos()) / 1e9);
        var all = new ArrayList<Lane>();
        lanes.forEach((partition, lane) -> {
            var records = cycles.stream()
                    .mapToLong(cycle -> cycle.came().getOrDefault(partition, 0L))
                    .sum();
            all.add(new Lane(partition, records / seconds, List.copyOf(lane.items)));
        });
        return all;
    }

    private Hot hot(HottestKeys.HotKey key) {
        var place = places.getOrDefault(key.key(), new Place(0, -1));
        return new Hot(key.key(), place.hue(), place.partition(), key.count(), key.error());
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<>(client);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove("group.id");
        settings.put("client.id", "console");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "latest");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.poll.records", RECORDS_A_CYCLE);
        settings.put("fetch.max.bytes", BYTES_A_CYCLE);
        settings.put("max.partition.fetch.bytes", BYTES_A_CYCLE / 4);
        settings.put("fetch.max.wait.ms", (int) CYCLE.toMillis());
        settings.put("default.api.timeout.ms", 5_000);
        settings.put("request.timeout.ms", 5_000);
        return settings;
    }
}
