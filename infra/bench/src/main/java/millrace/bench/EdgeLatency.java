package millrace.bench;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import millrace.events.Channel;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Measures the latency from the acknowledgement of an event by the edge to a record of a channel that contains it. Sends
 * at a constant rate without waiting for responses, after 15 seconds of warm-up.
 *
 * @param <V> value of the channel
 */
final class EdgeLatency<V> {
    private static final int WARM_UP_SECONDS = 15;
    private static final Duration LAST_EVENT_TIMEOUT = Duration.ofSeconds(30);

    private final TestBed bed;
    private final Channel<String, V> channel;
    private final int eventsPerRequest;
    private final Function<BenchmarkProcess, Sent> next;
    private final ToLongFunction<ConsumerRecord<String, V>> count;
    private final CountLatencies counts = new CountLatencies();

    /**
     * @param next makes the next request to the edge
     * @param count number of events of its key that a record contains; 0 for a record without events of this measurement
     */
    EdgeLatency(
            TestBed bed,
            Channel<String, V> channel,
            int eventsPerRequest,
            Function<BenchmarkProcess, Sent> next,
            ToLongFunction<ConsumerRecord<String, V>> count) {
        this.bed = bed;
        this.channel = channel;
        this.eventsPerRequest = eventsPerRequest;
        this.next = next;
        this.count = count;
    }

    /**
     * A request and the key of each of its events in the channel.
     *
     * @param acknowledged status of its response
     */
    record Sent(List<String> keys, HttpRequest request, int acknowledged) {}

    /**
     * Latencies of the measured events.
     *
     * @param missing events that were not acknowledged or are in no record
     */
    record Result(Histogram micros, long missing) {
        String text() {
            return "p50 %.1f ms, p99 %.1f ms, max %.1f ms; missing %d"
                    .formatted(
                            micros.getValueAtPercentile(50) / 1e3,
                            micros.getValueAtPercentile(99) / 1e3,
                            micros.getMaxValue() / 1e3,
                            missing);
        }
    }

    Result measure(int rate, int seconds) {
        var warmUp = Math.ceilDiv(rate * WARM_UP_SECONDS, eventsPerRequest);
        var all = warmUp + Math.ceilDiv(rate * seconds, eventsPerRequest);
        var events = (long) all * eventsPerRequest;
        var command = bed.project().plain().service(ProjectCommands.EDGE_PROCESS);
        try (var edge = bed.startServer("edge", command);
                var http = HttpClient.newHttpClient();
                var reader = reader()) {
            var begin = System.nanoTime();
            for (var number = 0; number < all; number++) {
                var due = begin + number * eventsPerRequest * 1_000_000_000L / rate;
                for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    poll(reader, Duration.ofMillis(Math.ceilDiv(left, 1_000_000L)));
                }
                bed.stop().check();
                send(http, next.apply(edge), number >= warmUp);
            }
            var end = System.nanoTime() + LAST_EVENT_TIMEOUT.toNanos();
            while (counts.missing(events) > 0 && System.nanoTime() < end) {
                bed.stop().check();
                poll(reader, Duration.ofMillis(100));
            }
        }
        return new Result(counts.latencies(), counts.missing(events));
    }

    private void send(HttpClient http, Sent sent, boolean measured) {
        http.sendAsync(sent.request(), BodyHandlers.discarding()).thenAccept(answer -> {
            var now = System.nanoTime();
            if (answer.statusCode() == sent.acknowledged()) {
                sent.keys().forEach(key -> counts.acknowledge(key, now, measured));
            }
        });
    }

    private void poll(KafkaConsumer<String, V> reader, Duration atMost) {
        var records = reader.poll(atMost);
        var now = System.nanoTime();
        records.forEach(record -> {
            var contained = count.applyAsLong(record);
            if (contained > 0) {
                counts.read(record.key(), contained, now);
            }
        });
    }

    /** Returns a consumer of committed records, from the current end. */
    private KafkaConsumer<String, V> reader() {
        var consumer = bed.reader(channel);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        return consumer;
    }
}
