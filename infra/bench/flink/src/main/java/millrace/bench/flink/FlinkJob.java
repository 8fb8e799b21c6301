package millrace.bench.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.PageViews;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Visits and page views of the clicks by Apache Flink, each click counted once, on a local cluster in this process: state
 * in RocksDB, a checkpoint a second, results as upserts at least once.
 *
 * <pre>
 * clicks ─▶ by visitor: duplicate filter, visits ─┬─▶ visits
 *                                                 └─▶ by page: windows of a minute ─▶ page views
 * </pre>
 */
public final class FlinkJob {
    private FlinkJob() {}

    /** @param arguments a file with properties of Kafka's clients, and with those of the job that begin with "job." */
    public static void main(String[] arguments) throws Exception {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(file);
        }
        var kafka = new Properties();
        properties.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("job."))
                .forEach(name -> kafka.setProperty(name, properties.getProperty(name)));
        var lateness = Duration.parse(properties.getProperty("job.allowed-lateness"));
        var state = Path.of(properties.getProperty("job.state"));
        var checkpoints = Path.of(properties.getProperty("job.checkpoints"));

        var flink = StreamExecutionEnvironment.createLocalEnvironment(1, configuration(state, checkpoints));
        var watermarks = WatermarkStrategy.<ShopClick>forBoundedOutOfOrderness(Duration.ofSeconds(5))
                .withTimestampAssigner((click, before) -> click.at())
                .withIdleness(Duration.ofSeconds(10));
        var clicks = flink.fromSource(clicks(kafka, properties.getProperty("job.clicks")), watermarks, "clicks")
                .uid("clicks")
                .keyBy(ShopClick::visitor)
                .process(new VisitProcess(lateness))
                .uid("visits");
        clicks.getSideOutput(VisitProcess.VISITS)
                .sinkTo(sink(kafka, properties.getProperty("job.visits"), ShopVisit::key))
                .uid("visits-sink");
        clicks.filter(ShopClick::isPageView)
                .keyBy(ShopClick::page)
                .window(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
                .allowedLateness(lateness)
                .trigger(new SecondAfterChange())
                .aggregate(new CountClicks(), new PageViewsOfWindow())
                .uid("page-views")
                .sinkTo(sink(kafka, properties.getProperty("job.page-views"), row -> row.start() + "|" + row.page()))
                .uid("page-views-sink");
        flink.execute("clicks");
    }

    /** Restores the latest checkpoint if there is one. A failure ends the process instead of restarting the job. */
    private static Configuration configuration(Path state, Path checkpoints) throws IOException {
        var settings = new Configuration();
        settings.setString("execution.checkpointing.interval", "1 s");
        settings.setString("execution.checkpointing.incremental", "true");
        settings.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
        settings.setString("state.backend.type", "rocksdb");
        settings.setString("io.tmp.dirs", Files.createDirectories(state).toString());
        settings.setString("taskmanager.memory.managed.size", "96 mb");
        settings.setString("taskmanager.memory.network.min", "16 mb");
        settings.setString("taskmanager.memory.network.max", "16 mb");
        settings.setString("pipeline.object-reuse", "true");
        settings.setString("pipeline.generic-types", "false");
        settings.setString("restart-strategy.type", "disable");
        latest(checkpoints)
                .ifPresent(checkpoint -> settings.setString(
                        "execution.state-recovery.path", checkpoint.toUri().toString()));
        return settings;
    }

    private static Optional<Path> latest(Path checkpoints) throws IOException {
        try (var files = Files.walk(Files.createDirectories(checkpoints), 3)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .map(Path::getParent);
        }
    }

    private static KafkaSource<ShopClick> clicks(Properties kafka, String topic) {
        return KafkaSource.<ShopClick>builder()
                .setProperties(kafka)
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setValueOnlyDeserializer(new ReadClick())
                .build();
    }

    private static <T> KafkaSink<T> sink(Properties kafka, String topic, SerializableFunction<T, String> key) {
        return KafkaSink.<T>builder()
                .setKafkaProducerConfig(kafka)
                .setBootstrapServers(kafka.getProperty("bootstrap.servers"))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new Upsert<>(topic, key))
                .build();
    }

    /** Writes a row as JSON; it replaces the one with its key. */
    private record Upsert<T>(String topic, SerializableFunction<T, String> key)
            implements KafkaRecordSerializationSchema<T> {
        @Override
        public ProducerRecord<byte[], byte[]> serialize(T row, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    topic, key.apply(row).getBytes(UTF_8), Json.text(row).getBytes(UTF_8));
        }
    }

    /** Reads a click in the JSON format of the channel; an unreadable one ends the job. */
    private static final class ReadClick extends AbstractDeserializationSchema<ShopClick> {
        private static final long serialVersionUID = 1L;

        private ReadClick() {
            super(ShopClick.class);
        }

        @Override
        public ShopClick deserialize(byte[] json) {
            return ShopClick.of(Channels.CLICKS.value().deserializer().deserialize(Channels.CLICKS.name(), json));
        }
    }

    private static final class CountClicks implements AggregateFunction<ShopClick, Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public Long createAccumulator() {
            return 0L;
        }

        @Override
        public Long add(ShopClick click, Long count) {
            return count + 1;
        }

        @Override
        public Long getResult(Long count) {
            return count;
        }

        @Override
        public Long merge(Long one, Long other) {
            return one + other;
        }
    }

    private static final class PageViewsOfWindow implements WindowFunction<Long, PageViews, String, TimeWindow> {
        private static final long serialVersionUID = 1L;

        @Override
        public void apply(String page, TimeWindow window, Iterable<Long> counts, Collector<PageViews> rows) {
            var start = Instant.ofEpochMilli(window.getStart());
            var end = Instant.ofEpochMilli(window.getEnd());
            counts.forEach(count -> rows.collect(new PageViews(start, end, page, count, 0, false)));
        }
    }
}
