package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/**
 * Takes messages to the edge in the order they come: clicks in batches, each order in a request of its own, after the
 * clicks before it. At most one batch is kept here.
 */
final class Delivery {
    private static final int MOST_EVENTS = 500;
    private static final int MOST_BYTES = 400_000;

    private final Edge edge;
    private final String clicksPath;
    private final Pace pace;
    private final Report report;
    private final List<byte[]> batch = new ArrayList<>();
    private int batchBytes;

    /** @param clicksPath where batches go: {@code /v1/import} keeps what history says of its time */
    Delivery(Edge edge, String clicksPath, Pace pace, Report report) {
        this.edge = edge;
        this.clicksPath = clicksPath;
        this.pace = pace;
        this.report = report;
    }

    void send(Message message) {
        pace.await();
        switch (message.kind()) {
            case CLICK -> add(json(message.body()));
            case ORDER -> order(message);
        }
    }

    /** Sends what is kept here. */
    void flush() {
        if (batch.isEmpty()) {
            return;
        }
        var answer = edge.post(clicksPath, batchBody(), Optional.empty());
        switch (answer.status()) {
            case 200, 202 -> judge(answer.body());
            case 400, 413 ->
                batch.forEach(click -> report.refused(texts(answer.body().path("errors"))));
            default -> throw unexpected(clicksPath, answer);
        }
        batch.clear();
        batchBytes = 0;
    }

    private void add(byte[] click) {
        if (batchBytes + click.length > MOST_BYTES) {
            flush();
        }
        batch.add(click);
        batchBytes += click.length;
        if (batch.size() >= pace.perSecond(MOST_EVENTS)) {
            flush();
        }
    }

    private void order(Message order) {
        flush();
        var answer = edge.post("/orders", json(order.body()), Optional.of(order.id()));
        switch (answer.status()) {
            case 200, 202 -> report.accepted(1);
            case 400, 413 -> report.refused(texts(answer.body().path("errors")));
            default -> throw unexpected("/orders", answer);
        }
    }

    private void judge(JsonNode answer) {
        var rejected = answer.path("rejected");
        rejected.forEach(event -> report.refused(texts(event.path("reasons"))));
        report.accepted(batch.size() - rejected.size());
    }

    private byte[] batchBody() {
        var body = new ByteArrayOutputStream(batchBytes + 2 * batch.size());
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

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static byte[] json(JsonNode body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can always be written", e);
        }
    }
}
