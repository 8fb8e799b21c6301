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
 * Takes messages to the edge over several connections: clicks in batches, each order in a request of its own. Messages of
 * one key (a visitor, or an order) stay in the order they come. Messages are sent in rounds, and a round begins when the
 * one before was answered: of different keys none is ahead of another by more than a round. A round has at most
 * {@value #MOST_EVENTS} events and {@value #MOST_BYTES} bytes for each connection, and six hours of event time.
 */
final class Delivery implements AutoCloseable {
    private static final int MOST_EVENTS = 500;
    private static final int MOST_BYTES = 400_000;

    /** Far less than the day that an event may be behind the latest one before it counts as late. */
    private static final Duration LONGEST_ROUND = Duration.ofHours(6);

    private final Edge edge;
    private final String clicksPath;
    private final Pace pace;
    private final Report report;
    private final Consumer<Message> taken;
    private final int connections;
    private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Packed> round = new ArrayList<>();
    private int roundBytes;
    private Instant earliest = Instant.MAX;
    private Instant latest = Instant.MIN;

    private record Packed(Message message, byte[] json) {
        boolean isClick() {
            return message.kind() == Message.Kind.CLICK;
        }
    }

    /**
     * @param clicksPath where batches go: {@code /v1/import} keeps what history says of its time
     * @param taken is told of each order that the edge took, by several threads at once
     */
    Delivery(Edge edge, String clicksPath, Pace pace, int connections, Report report, Consumer<Message> taken) {
        this.edge = edge;
        this.clicksPath = clicksPath;
        this.pace = pace;
        this.connections = connections;
        this.report = report;
        this.taken = taken;
    }

    void send(Message message) {
        pace.await();
        var json = json(message.body());
        var time = time(message.body());
        if (roundBytes + json.length > connections * MOST_BYTES || lasts(time)) {
            flush();
        }
        round.add(new Packed(message, json));
        roundBytes += json.length;
        earliest = time.map(instant -> instant.isBefore(earliest) ? instant : earliest)
                .orElse(earliest);
        latest = time.map(instant -> instant.isAfter(latest) ? instant : latest).orElse(latest);
        if (round.size() >= pace.perSecond(connections * MOST_EVENTS)) {
            flush();
        }
    }

    /** Sends what is kept here, and returns when all of it was answered. */
    void flush() {
        var running = new ArrayList<Future<?>>();
        for (var lane : lanes()) {
            if (!lane.isEmpty()) {
                running.add(lanes.submit(() -> send(lane)));
            }
        }
        round.clear();
        roundBytes = 0;
        earliest = Instant.MAX;
        latest = Instant.MIN;
        await(running);
    }

    /** Gives up what is on its way. */
    @Override
    public void close() {
        lanes.shutdownNow();
    }

    /** A message without a time that can be read is in any round. */
    private boolean lasts(Optional<Instant> time) {
        return time.filter(instant -> !round.isEmpty()
                        && (instant.isAfter(earliest)
                                        && Duration.between(earliest, instant).compareTo(LONGEST_ROUND) > 0
                                || instant.isBefore(latest)
                                        && Duration.between(instant, latest).compareTo(LONGEST_ROUND) > 0))
                .isPresent();
    }

    private List<List<Packed>> lanes() {
        var all = new ArrayList<List<Packed>>();
        for (var lane = 0; lane < connections; lane++) {
            all.add(new ArrayList<>());
        }
        round.forEach(packed -> all.get(Math.floorMod(packed.message().key().hashCode(), connections))
                .add(packed));
        return all;
    }

    private void await(List<Future<?>> running) {
        try {
            for (var lane : running) {
                lane.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotFeed("Stopped: interrupted.", e);
        } catch (ExecutionException e) {
            running.forEach(lane -> lane.cancel(true));
            if (e.getCause() instanceof CannotFeed sentence) {
                throw sentence;
            }
            throw new IllegalStateException("A connection ended with a fault of this program", e.getCause());
        }
    }

    private void send(List<Packed> lane) {
        var batch = new ArrayList<byte[]>();
        var bytes = 0;
        for (var packed : lane) {
            if (!packed.isClick()
                    || batch.size() == pace.perSecond(MOST_EVENTS)
                    || bytes + packed.json().length > MOST_BYTES) {
                send(batch, bytes);
                batch.clear();
                bytes = 0;
            }
            if (packed.isClick()) {
                batch.add(packed.json());
                bytes += packed.json().length;
            } else {
                order(packed);
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
            case 200, 202 -> judge(answer.body(), batch.size());
            case 400, 413, 422 -> batch.forEach(click -> report.refused(reasons(answer.body())));
            default -> throw unexpected(clicksPath, answer);
        }
    }

    private void order(Packed order) {
        var answer =
                edge.post("/orders", order.json(), Optional.of(order.message().id()));
        switch (answer.status()) {
            case 200, 202 -> {
                report.taken(1);
                taken.accept(order.message());
            }
            case 400, 413, 422 -> report.refused(order.message().key(), reasons(answer.body()));
            default -> throw unexpected("/orders", answer);
        }
    }

    private void judge(JsonNode answer, int sent) {
        var rejected = answer.path("rejected");
        rejected.forEach(event -> report.refused(texts(event.path("reasons"))));
        report.taken(sent - rejected.size());
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

    private static CannotFeed unexpected(String path, Edge.Answer answer) {
        var detail = answer.body().path("detail").asText("it is not the edge's");
        return new CannotFeed("Stopped: %s was answered %d: %s".formatted(path, answer.status(), detail));
    }

    /** Every fault of the order or, where the answer lists none, what it says as a whole. */
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
