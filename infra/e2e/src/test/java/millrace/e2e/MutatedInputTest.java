package millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sends mutated input of every kind to a running system with the heap of a dyno: no answer is an error of the edge, no
 * acknowledged event is lost, memory is bounded, and every consumer makes progress.
 */
@Tag("platform")
@Tag("long")
@Tag("turn-5")
class MutatedInputTest {
    private static final long SEED = Long.getLong("millrace.seed", 20_261_128);
    private static final Duration SENT_FOR = Duration.ofSeconds(Integer.getInteger("millrace.seconds", 60));
    private static final int SENDERS = 6;
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    /** Memory of a process on the PaaS. */
    private static final long DYNO_BYTES = 512L << 20;

    private static final Pattern REPEATED =
            Pattern.compile("ingest_events_total\\{[^}]*outcome=\"(?:repeated|declined)\"[^}]*} ([0-9.E]+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");

    private final Map<String, ServiceInstance> processes = new HashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String writeKey = Secrets.random();
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
    private DataDirectory directory;
    private Platform platform;
    private ChannelProbe channels;

    /** Answer to a request. */
    private record Answered(RequestMutator.Request request, String trace, int status, String answer) {}

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(Files.createTempDirectory("mutated"));
        platform = Platform.start(directory.folder("platform"));
        channels = ChannelProbe.ofAll(platform);
        ServiceInstance.runToEnd(directory, platform, "release");
        var sources = Map.of(
                "WRITE_KEYS",
                "shop:" + Secrets.sha256(writeKey),
                "SOURCES",
                "{\"shop\":{\"kinds\":[\"track\",\"page\",\"screen\",\"identify\",\"group\",\"alias\",\"order\",\"change\","
                        + "\"refund\",\"cancellation\"]}}");
        for (var process : RunningSystem.processes().toList()) {
            processes.put(process, new ServiceInstance(directory, platform, process, process, sources));
        }
        await("all are ready")
                .atMost(READY_WITHIN)
                .until(() -> processes.values().stream().allMatch(this::isReady));
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        processes.values().forEach(ServiceInstance::close);
        platform.close();
        directory.close();
    }

    @Test
    void nothing_acknowledged_is_lost_and_nothing_breaks() throws Exception {
        try (var senders = Executors.newFixedThreadPool(SENDERS)) {
            var until = System.nanoTime() + SENT_FOR.toNanos();
            var sending = IntStream.range(0, SENDERS)
                    .<Future<?>>mapToObj(number -> senders.submit(() -> send(number, until)))
                    .toList();
            for (var sender : sending) {
                sender.get();
            }
        }
        amplify();
        System.out.println("Answers by status, with seed " + SEED + ": "
                + answers.stream()
                        .collect(Collectors.groupingBy(Answered::status, TreeMap::new, Collectors.counting())));

        assertThat(answers).hasSizeGreaterThan(1_000);
        assertThat(answers)
                .filteredOn(answer -> answer.status() >= 500 && answer.status() != 503)
                .as("answers that blame the edge")
                .map(MutatedInputTest::told)
                .isEmpty();
        assertThat(answers).extracting(Answered::status).contains(200, 202, 400);
        channels.awaitConsumersCaughtUp();
        assertAlive();
        var written = written();
        assertNothingIsLost(written);
        assertTransactionsAreAccountedFor();
        assertNoAmplification();
    }

    private Void send(int sender, long until) throws InterruptedException {
        var mutator = new RequestMutator(SEED + sender, "s" + sender);
        while (System.nanoTime() - until < 0) {
            send(mutator.next());
        }
        return null;
    }

    /** Sends a large order that is rejected, and then small requests about it, as many as one batch takes. */
    private void amplify() throws InterruptedException {
        var line = "{\"productId\":\"p\",\"quantity\":0,\"unitPrice\":-1}";
        var lines = String.join(",", Collections.nCopies(2_000, line));
        send(new RequestMutator.Request(
                "/orders",
                Map.of("content-type", "application/json", "idempotency-key", "large"),
                ("{\"orderId\":\"large\",\"currency\":\"EUR\",\"lines\":[" + lines + "]}").getBytes()));
        for (var batch = 0; batch < 3; batch++) {
            var start = batch * 2_000;
            var messages = IntStream.range(start, start + 2_000)
                    .mapToObj(number -> "{\"type\":\"track\",\"messageId\":\"c" + number
                            + "\",\"userId\":\"u\",\"event\":\"Order"
                            + " Cancelled\",\"properties\":{\"order_id\":\"large\"}}")
                    .toList();
            send(new RequestMutator.Request(
                    "/v1/batch",
                    Map.of("content-type", "application/json"),
                    ("{\"batch\":[" + String.join(",", messages) + "]}").getBytes()));
        }
        assertThat(List.copyOf(answers).subList(answers.size() - 4, answers.size()))
                .extracting(Answered::status)
                .containsExactly(202, 200, 200, 200);
    }

    private void send(RequestMutator.Request request) throws InterruptedException {
        var trace = UUID.randomUUID().toString().replace("-", "");
        var builder = HttpRequest.newBuilder(
                        URI.create("http://" + processes.get("web").address() + request.path()))
                .timeout(ANSWERED_WITHIN)
                .header("authorization", "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes()))
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(builder::header);
        try {
            var answer = client.send(builder.build(), BodyHandlers.ofString());
            answers.add(new Answered(request, trace, answer.statusCode(), answer.body()));
        } catch (IOException e) {
            throw new AssertionError("No answer to " + told(new Answered(request, trace, 0, e.toString())), e);
        }
    }

    /** Number of records by trace id of the request and by channel, on all channels that the edge writes. */
    private Map<String, Map<String, Long>> written() {
        var written = new HashMap<String, Map<String, Long>>();
        for (var channel : List.of(Channels.CLICKS, Channels.TRANSACTIONS, Channels.REJECTED_EVENTS)) {
            for (var record : channels.records(channel.name())) {
                written.computeIfAbsent(trace(record), trace -> new HashMap<>()).merge(channel.name(), 1L, Long::sum);
            }
        }
        return written;
    }

    private void assertNothingIsLost(Map<String, Map<String, Long>> written) throws IOException, InterruptedException {
        var missing = 0L;
        for (var answer : answers) {
            var records = written.getOrDefault(answer.trace(), Map.of());
            if (answer.status() >= 300) {
                assertThat(records.keySet())
                        .as("channels of what was refused: " + told(answer))
                        .isSubsetOf(Channels.REJECTED_EVENTS.name());
                continue;
            }
            var events = events(answer.request());
            var sum = records.values().stream().mapToLong(Long::longValue).sum();
            if (events >= 0) {
                assertThat(sum).as("records of " + told(answer)).isLessThanOrEqualTo(events);
                missing += events - sum;
            }
        }
        assertThat(missing).as("acknowledged events that are on no channel").isLessThanOrEqualTo(repeated());
    }

    /** Number of events in the body, as far as another JSON parser can tell; -1 if it cannot. */
    private static long events(RequestMutator.Request request) {
        JsonNode body;
        try {
            body = Json.MAPPER.readTree(request.body());
        } catch (IOException notForEverybody) {
            return -1;
        }
        return switch (request.path()) {
            case "/v1/batch" -> body.path("batch").isArray() ? body.get("batch").size() : -1;
            case "/events" ->
                request.headers().getOrDefault("content-type", "").startsWith("application/cloudevents-batch")
                        ? body.size()
                        : 1;
            default -> 1;
        };
    }

    private long repeated() throws IOException, InterruptedException {
        var metrics = client.send(processes.get("web").request("/q/metrics"), BodyHandlers.ofString());
        assertThat(metrics.statusCode()).isEqualTo(200);
        return REPEATED.matcher(metrics.body())
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    /** Checks that every transaction is in the history of its order or in the dead letters. */
    private void assertTransactionsAreAccountedFor() throws Exception {
        var tables = new OrdersDatabaseReader(platform.jdbcUrl());
        var applied = new HashSet<>(tables.causes());
        var dead = new HashSet<>(tables.deadLetters());
        var lost = new ArrayList<String>();
        for (var record : channels.records(Channels.TRANSACTIONS.name())) {
            var cause = CloudEvents.text(record.headers(), CloudEvents.SOURCE) + " "
                    + CloudEvents.text(record.headers(), CloudEvents.ID);
            if (!applied.contains(cause) && !dead.contains(record.partition() + "-" + record.offset())) {
                lost.add(cause);
            }
        }
        assertThat(lost)
                .as("transactions that were neither applied nor dead-lettered")
                .isEmpty();
    }

    /** Checks that the output of orders is proportional to its input. */
    private void assertNoAmplification() {
        var sent = bytes(Channels.TRANSACTIONS.name());
        var told = bytes(Channels.ORDERS.name())
                + bytes(Channels.ORDER_STATE.name())
                + bytes(Channels.TRANSACTIONS_DLQ.name());
        assertThat(told)
                .as("bytes of what follows from %d bytes of transactions", sent)
                .isLessThan(4 * sent);
    }

    private long bytes(String channel) {
        return channels.records(channel).stream()
                .mapToLong(record -> record.value() == null ? 0 : record.value().length)
                .sum();
    }

    private void assertAlive() throws IOException {
        for (var process : processes.entrySet()) {
            var instance = process.getValue();
            assertThat(instance.isAlive())
                    .as(() -> process.getKey() + " runs; its output: " + instance.output())
                    .isTrue();
            var resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + instance.pid() + "/status")))
                    .results()
                    .mapToLong(size -> Long.parseLong(size.group(1)) << 10)
                    .sum();
            assertThat(resident).as("resident bytes of " + process.getKey()).isLessThan(DYNO_BYTES);
        }
    }

    private boolean isReady(ServiceInstance instance) {
        try {
            return client.send(instance.request("/q/health/ready"), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String trace(ConsumerRecord<?, ?> record) {
        var parent = CloudEvents.text(record.headers(), CloudEvents.TRACEPARENT);
        return parent == null || parent.length() < 35 ? "none" : parent.substring(3, 35);
    }

    private static String told(Answered answer) {
        var body = new String(answer.request().body(), ISO_8859_1);
        return answer.request().path() + " " + answer.request().headers() + " "
                + body.substring(0, Math.min(600, body.length())) + " -> " + answer.status() + " " + answer.answer();
    }
}
