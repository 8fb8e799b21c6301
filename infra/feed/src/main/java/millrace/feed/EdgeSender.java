package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/**
 * Sends messages to the edge over several connections: clicks in batches, each order in a request of its own. Messages
 * of one key (a visitor or an order) keep their order. Messages are sent in rounds, and a round begins when the
 * previous one is answered: between keys, no message is ahead of another by more than a round. A round has at most
 * {@value #MAX_EVENTS} events and {@value #MAX_BYTES} bytes for each connection, and six hours of event time.
 */
final class EdgeSender implements AutoCloseable {
    private static final int MAX_EVENTS = 500;
    private static final int MAX_BYTES = 400_000;

    /** Far below the allowed lateness of 24 hours. */
    private static final Duration MAX_ROUND = Duration.ofHours(6);

    private final EdgeClient edge;
    private final String clicksPath;
    private final FeedRate feedRate;
    private final FeedReport report;
    private final Consumer<FeedMessage> onAccepted;
    private final int connections;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Encoded> round = new ArrayList<>();
    private int roundBytes;
    private Instant earliest = Instant.MAX;
    private Instant latest = Instant.MIN;

    private record Encoded(FeedMessage message, byte[] json) {
        boolean isClick() {
            return message.kind() == FeedMessage.Kind.CLICK;
        }
    }

    /**
     * @param clicksPath path of batches: {@code /v1/import} keeps the timestamps of historical events
     * @param onAccepted called with each order that the edge accepted, by several threads at once
     */
    EdgeSender(
            EdgeClient edge,
            String clicksPath,
            FeedRate feedRate,
            int connections,
            FeedReport report,
            Consumer<FeedMessage> onAccepted) {
        this.edge = edge;
        this.clicksPath = clicksPath;
        this.feedRate = feedRate;
        this.connections = connections;
        this.report = report;
        this.onAccepted = onAccepted;
    }

    void send(FeedMessage message) {
        feedRate.awaitNext();
        var json = json(message.body());
        var time = time(message.body());
        if (roundBytes + json.length > connections * MAX_BYTES || exceedsRound(time)) {
            flush();
        }
        round.add(new Encoded(message, json));
        roundBytes += json.length;
        earliest = time.map(instant -> instant.isBefore(earliest) ? instant : earliest)
                .orElse(earliest);
        latest = time.map(instant -> instant.isAfter(latest) ? instant : latest).orElse(latest);
        if (round.size() >= feedRate.eventsPerRequest(connections * MAX_EVENTS)) {
            flush();
        }
    }

    /** Sends all buffered messages and returns when every one is answered. */
    void flush() {
        var running = new ArrayList<Future<?>>();
        for (var queue : queues()) {
            if (!queue.isEmpty()) {
                running.add(executor.submit(() -> send(queue)));
            }
        }
        round.clear();
        roundBytes = 0;
        earliest = Instant.MAX;
        latest = Instant.MIN;
        await(running);
    }

    /** Cancels the requests that are in flight. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    /**
     * Returns true if the message would extend the round beyond six hours of event time. A message without a readable
     * time fits into any round.
     */
    private boolean exceedsRound(Optional<Instant> time) {
        return time.filter(instant -> !round.isEmpty()
                        && (instant.isAfter(earliest)
                                        && Duration.between(earliest, instant).compareTo(MAX_ROUND) > 0
                                || instant.isBefore(latest)
                                        && Duration.between(instant, latest).compareTo(MAX_ROUND) > 0))
                .isPresent();
    }

    private List<List<Encoded>> queues() {
        var all = new ArrayList<List<Encoded>>();
        for (var queue = 0; queue < connections; queue++) {
            all.add(new ArrayList<>());
        }
        round.forEach(encoded -> all.get(Math.floorMod(encoded.message().key().hashCode(), connections))
                .add(encoded));
        return all;
    }

    private void await(List<Future<?>> running) {
        try {
            for (var queue : running) {
                queue.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeedException("Stopped: interrupted.", e);
        } catch (ExecutionException e) {
            running.forEach(queue -> queue.cancel(true));
            if (e.getCause() instanceof FeedException sentence) {
                throw sentence;
            }
            throw new IllegalStateException("A connection failed by a defect of this program", e.getCause());
        }
    }

    private void send(List<Encoded> queue) {
        var batch = new ArrayList<byte[]>();
        var bytes = 0;
        for (var encoded : queue) {
            if (!encoded.isClick()
                    || batch.size() == feedRate.eventsPerRequest(MAX_EVENTS)
                    || bytes + encoded.json().length > MAX_BYTES) {
                send(batch, bytes);
                batch.clear();
                bytes = 0;
            }
            if (encoded.isClick()) {
                batch.add(encoded.json());
                bytes += encoded.json().length;
            } else {
                order(encoded);
            }
        }
        send(batch, bytes);
    }

    private void send(List<byte[]> batch, int bytes) {
        if (batch.isEmpty()) {
            return;
        }
        var answer = edge.post(clicksPath, body(batch, bytes), Optional.empty());
        switch (answer.status()) {
            case 200, 202 -> count(answer.body(), batch.size());
            case 400, 413, 422 -> batch.forEach(click -> report.refused(reasons(answer.body())));
            default -> throw unexpected(clicksPath, answer);
        }
    }

    private void order(Encoded order) {
        var answer =
                edge.post("/orders", order.json(), Optional.of(order.message().id()));
        switch (answer.status()) {
            case 200, 202 -> {
                report.accepted(1);
                onAccepted.accept(order.message());
            }
            case 400, 413, 422 -> report.refused(order.message().key(), reasons(answer.body()));
            default -> throw unexpected("/orders", answer);
        }
    }

    private void count(JsonNode answer, int sent) {
        var rejected = answer.path("rejected");
        rejected.forEach(event -> report.refused(texts(event.path("reasons"))));
        report.accepted(sent - rejected.size());
    }

    private static byte[] body(List<byte[]> batch, int bytes) {
        var body = new ByteArrayOutputStream(bytes + 2 * batch.size() + 16);
        var separator = "{\"batch\":[";
        for (var click : batch) {
            body.writeBytes(separator.getBytes(UTF_8));
            body.writeBytes(click);
            separator = ",";
        }
        body.writeBytes("]}".getBytes(UTF_8));
        return body.toByteArray();
    }

    private static FeedException unexpected(String path, EdgeClient.Response answer) {
        var detail = answer.body().path("detail").asText("it is not an answer of the edge");
        return new FeedException("Stopped: %s was answered %d: %s".formatted(path, answer.status(), detail));
    }

    /** Returns all faults of the order or, if the answer lists none, its detail. */
    private static List<String> reasons(JsonNode answer) {
        var errors = texts(answer.path("errors"));
        return errors.isEmpty() ? List.of(answer.path("detail").asText("no reason was given")) : errors;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Optional<Instant> time(JsonNode body) {
        try {
            return Optional.of(Instant.parse(body.path("timestamp").asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static byte[] json(JsonNode body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can always be written", e);
        }
    }
}
