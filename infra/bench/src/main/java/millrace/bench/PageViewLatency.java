package millrace.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import millrace.events.Channels;
import millrace.events.PageViews;
import millrace.local.Platform;
import millrace.local.Ports;
import millrace.local.Secrets;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures the latency from the acknowledgement of a page view by the edge to a count on the channel {@code
 * page-views-per-minute} that contains it.
 */
final class PageViewLatency {
    private static final int WARM_UP_SECONDS = 15;
    private static final Duration LAST_EVENT_TIMEOUT = Duration.ofSeconds(30);

    private final ServiceTestBed bed;
    private final BenchmarkShutdown stop;
    private final String writeKey = Secrets.random();
    private final CountLatencies counts = new CountLatencies();

    PageViewLatency(ServiceTestBed bed, BenchmarkShutdown stop) {
        this.bed = bed;
        this.stop = stop;
    }

    /** @return one line of the report */
    String measure(String guarantee, int rate, int seconds) {
        var project = new ProjectCommands(bed.project().folder(), "");
        var variables = ProcessEnvironment.of(bed.platform(), writeKey, Ports.free(0));
        try (var edge = RunningServer.start(bed.home(), project, project.edge(), variables);
                var sender = new PageViewSender(edge.port(), writeKey, counts);
                var reader = reader(bed.platform())) {
            edge.awaitReady(writeKey, stop);
            var warmUp = batches(rate, WARM_UP_SECONDS);
            var all = warmUp + batches(rate, seconds);
            send(sender, reader, rate, warmUp, all);
            var end = System.nanoTime() + LAST_EVENT_TIMEOUT.toNanos();
            while (counts.missing(all * PageViewSender.BATCH) > 0 && System.nanoTime() < end) {
                stop.check();
                poll(reader, Duration.ofMillis(100));
            }
            return text(guarantee, rate, counts.missing(all * PageViewSender.BATCH));
        }
    }

    private static int batches(int rate, int seconds) {
        return Math.ceilDiv(rate * seconds, PageViewSender.BATCH);
    }

    private void send(PageViewSender sender, KafkaConsumer<String, PageViews> reader, int rate, int warmUp, int all) {
        var begin = System.nanoTime();
        for (int batch = 0; batch < all; batch++) {
            var due = begin + (long) batch * PageViewSender.BATCH * 1_000_000_000L / rate;
            for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                poll(reader, Duration.ofMillis(Math.ceilDiv(left, 1_000_000L)));
            }
            stop.check();
            sender.send(batch >= warmUp);
        }
    }

    private void poll(KafkaConsumer<String, PageViews> reader, Duration atMost) {
        var records = reader.poll(atMost);
        var now = System.nanoTime();
        records.forEach(record -> {
            if (PageViewSender.isOwn(record.key())) {
                counts.read(record.key(), record.value().views(), now);
            }
        });
    }

    private String text(String guarantee, int rate, long missing) {
        var latencies = counts.latencies();
        return "%-16s %,d page views/s: in a count after p50 %.1f ms, p99 %.1f ms, max %.1f ms; missing %d"
                .formatted(
                        guarantee,
                        rate,
                        latencies.getValueAtPercentile(50) / 1e3,
                        latencies.getValueAtPercentile(99) / 1e3,
                        latencies.getMaxValue() / 1e3,
                        missing);
    }

    /** Returns a consumer of committed records, from the current end. */
    private static KafkaConsumer<String, PageViews> reader(Platform platform) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("isolation.level", "read_committed");
        var channel = Channels.PAGE_VIEWS;
        var consumer = new KafkaConsumer<>(
                settings, channel.key().deserializer(), channel.value().deserializer());
        var topic = platform.topic(channel.name());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }
}
