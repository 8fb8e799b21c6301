package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import millrace.events.Channels;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Ports;
import millrace.local.Secrets;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Measures the latency from the acknowledgement of an order by the edge to its event on the channel {@code orders}. */
final class OrderLatency {
    private static final int WARM_UP_SECONDS = 15;
    private static final Duration LAST_EVENT_TIMEOUT = Duration.ofSeconds(30);

    private final ProjectCommands project;
    private final DataDirectory home;
    private final Platform platform;
    private final BenchmarkShutdown stop;
    private final String writeKey = Secrets.random();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Long> read = new ConcurrentHashMap<>();

    OrderLatency(ProjectCommands project, DataDirectory home, Platform platform, BenchmarkShutdown stop) {
        this.project = project;
        this.home = home;
        this.platform = platform;
        this.stop = stop;
    }

    /** @return one line of the report */
    String measure(int rate, int seconds) {
        var variables = ProcessEnvironment.of(platform, writeKey, Ports.free(0));
        try (var edge = RunningServer.start(home, project, project.edge(), variables);
                var http = HttpClient.newHttpClient();
                var orders = reader()) {
            edge.awaitReady(writeKey, stop);
            var warmUp = rate * WARM_UP_SECONDS;
            var all = warmUp + rate * seconds;
            placeOrders(http, edge.port(), orders, all, rate);
            var end = System.nanoTime() + LAST_EVENT_TIMEOUT.toNanos();
            while (read.size() < all && System.nanoTime() < end) {
                poll(orders, Duration.ofMillis(100));
            }
            return text(warmUp, all, rate);
        }
    }

    private void placeOrders(HttpClient http, int port, KafkaConsumer<String, byte[]> orders, int all, int rate) {
        var begin = System.nanoTime();
        for (int number = 0; number < all; number++) {
            var due = begin + number * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                poll(orders, Duration.ofMillis(1));
            }
            stop.check();
            var id = "latency-" + number;
            http.sendAsync(request(port, id), BodyHandlers.discarding()).thenAccept(answer -> {
                if (answer.statusCode() == 202) {
                    acknowledged.put(id, System.nanoTime());
                }
            });
        }
    }

    private void poll(KafkaConsumer<String, byte[]> orders, Duration atMost) {
        var records = orders.poll(atMost);
        var now = System.nanoTime();
        records.forEach(record -> {
            if (record.key().startsWith("latency-")) {
                read.put(record.key(), now);
            }
        });
    }

    private String text(int warmUp, int all, int rate) {
        var histogram = new Histogram(3);
        int missing = 0;
        for (int number = warmUp; number < all; number++) {
            var id = "latency-" + number;
            if (acknowledged.containsKey(id) && read.containsKey(id)) {
                histogram.recordValue(Math.max(0, read.get(id) - acknowledged.get(id)) / 1_000);
            } else {
                missing++;
            }
        }
        return "latency  %d orders/s: p50 %.1f ms, p99 %.1f ms, max %.1f ms; missing %d"
                .formatted(
                        rate,
                        histogram.getValueAtPercentile(50) / 1e3,
                        histogram.getValueAtPercentile(99) / 1e3,
                        histogram.getMaxValue() / 1e3,
                        missing);
    }

    private HttpRequest request(int port, String id) {
        var body =
                ("{\"orderId\":\"%s\",\"currency\":\"GBP\",\"paid\":true,\"lines\":[{\"productId\":\"p\",\"quantity\":1,"
                                + "\"unitPrice\":\"10.50\"}]}")
                        .formatted(id);
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8)))
                .header("Idempotency-Key", id)
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private KafkaConsumer<String, byte[]> reader() {
        var consumer =
                new KafkaConsumer<>(platform.kafkaClient(), new StringDeserializer(), new ByteArrayDeserializer());
        var topic = platform.topic(Channels.ORDERS.name());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }
}
