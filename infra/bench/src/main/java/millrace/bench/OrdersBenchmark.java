package millrace.bench;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import millrace.events.Channels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/bench orders}: throughput and latency of the orders service, beside plain inserts of the same rows. */
@Command(
        name = "orders",
        description = {
            "Measures how many transactions a second one orders process applies from a backlog, beside a plain batched"
                    + " insert of the same rows over one connection (database).",
            "Then the latency from an order that the edge has acknowledged to its event on the channel orders, at a"
                    + " constant rate."
        })
final class OrdersBenchmark extends Scenario {
    private static final String MEASURED = "latency-";
    private static final Duration POLL_EVERY = Duration.ofMillis(500);

    @Option(names = "--backlog", paramLabel = "N", description = "Orders in the backlog. Default: ${DEFAULT-VALUE}.")
    private int backlog = 200_000;

    @Mixin
    private final LatencyOptions latency = new LatencyOptions(200);

    OrdersBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        require(
                backlog > 0 && latency.rate > 0 && latency.seconds > 0,
                "--backlog, --rate and --seconds are counts; expected 1 or more.");
    }

    @Override
    void measure() {
        var progress = new BenchmarkProgress(this::printProgress, 5, Duration.ofSeconds(30));
        progress.next("start of Kafka and PostgreSQL");
        try (var bed = TestBed.open(project(), stop())) {
            progress.next("inserting %,d orders without the service".formatted(backlog));
            var plain = new InsertBaseline(bed).run(backlog);
            print("database %,d orders/s: rows of order, history and outbox, batches of %d, one connection"
                    .formatted(Math.round(plain), InsertBaseline.BATCH));
            progress.next("writing the backlog");
            bed.write(IntStream.range(0, backlog)
                    .mapToObj(number -> SampleOrder.toRecord(bed.platform().topic("transactions"), number)));
            progress.next("applying it");
            try (var service = bed.startService("orders", Map.of())) {
                var applied = new CatchUp(
                                bed,
                                service,
                                () -> service.metric("orders_transactions_total\\{outcome=\"applied\"}"),
                                POLL_EVERY,
                                progress)
                        .measure(backlog, () -> service.metric("outbox_rows(?:\\{[^}]*})?") == 0);
                print(("orders   %,.0f transactions/s applied, %,.0f/s published; CPU us each: service %.0f,"
                                + " database %.0f, broker %.0f; %d MiB")
                        .formatted(
                                applied.perSecond(),
                                applied.settledPerSecond(),
                                applied.service(),
                                applied.database(),
                                applied.broker(),
                                applied.most() >> 20));
                print("orders / database  %.2f".formatted(applied.perSecond() / plain));
                progress.next("%d orders/s for %d s, through the edge".formatted(latency.rate, latency.seconds));
                print("latency  %d orders/s: %s"
                        .formatted(latency.rate, latency(bed).text()));
            }
        }
    }

    private EdgeLatency.Result latency(TestBed bed) {
        var number = new AtomicInteger();
        return new EdgeLatency<>(
                        bed,
                        Channels.ORDERS,
                        1,
                        edge -> order(edge, bed.writeKey(), MEASURED + number.getAndIncrement()),
                        record -> record.key().startsWith("bench/" + MEASURED) ? 1 : 0)
                .measure(latency.rate, latency.seconds);
    }

    private static EdgeLatency.Sent order(BenchmarkProcess edge, String writeKey, String id) {
        var body =
                ("{\"orderId\":\"%s\",\"currency\":\"GBP\",\"paid\":true,\"lines\":[{\"productId\":\"p\",\"quantity\":1,"
                                + "\"unitPrice\":\"10.50\"}]}")
                        .formatted(id);
        var request = edge.request("/orders", writeKey)
                .header("Idempotency-Key", id)
                .POST(BodyPublishers.ofString(body))
                .build();
        return new EdgeLatency.Sent(List.of("bench/" + id), request, 202);
    }
}
