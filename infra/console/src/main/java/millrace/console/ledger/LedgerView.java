package millrace.console.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;
import millrace.events.Catalogue;

/** The conservation ledger of audit, and the records of a line. */
public final class LedgerView implements View {
    private static final Duration SAMPLED = Duration.ofSeconds(5);

    /** An answer for all channels of this time stays below the limit of an answer. */
    private static final int MOST_MINUTES = 360;

    private static final int MOST_RECORDS = 200;

    /** Kafka has no time before 1970, and a day more is room for the minutes before. */
    private static final Instant EARLIEST = Instant.parse("1970-01-02T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final Deployment deployment;

    public LedgerView(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return deployment.has("audit");
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("ledger", SAMPLED, access -> ledger(access, "/audit/ledger"));
        routes.get("/api/ledger", routes.alone(this::ledger));
        routes.get("/api/ledger/records", routes.alone(this::records));
    }

    /** The answer of audit, and with it the names of all channels in the order of the catalogue. */
    private JsonNode ledger(Access access, String path) throws InterruptedException {
        var ledger = deployment.service("audit").get(access, path);
        if (ledger instanceof ObjectNode answer) {
            var channels = answer.putArray("channels");
            Catalogue.channels().forEach(channel -> channels.add(channel.name()));
        }
        return ledger;
    }

    private JsonNode ledger(Request request) throws InterruptedException {
        var minutes = request.number("minutes", 15, 1, MOST_MINUTES);
        var to = request.query("to").map(LedgerView::time).orElseGet(Instant::now);
        var channel = request.query("channel")
                .map(name -> "&channel=" + ServiceClient.part(name))
                .orElse("");
        return ledger(
                request.access(),
                "/audit/ledger?from=%s&to=%s%s".formatted(to.minus(Duration.ofMinutes(minutes)), to, channel));
    }

    private MinuteRecords.Page records(Request request) throws InterruptedException {
        var channel = request.query("channel")
                .orElseThrow(() -> ConsoleException.badRequest("The parameter channel is missing."));
        var minute = request.query("minute")
                .map(LedgerView::time)
                .orElseThrow(() -> ConsoleException.badRequest("The parameter minute is missing."));
        requireReader(request);
        return new MinuteRecords(deployment)
                .read(channel, minute.truncatedTo(ChronoUnit.MINUTES), request.number("limit", 50, 1, MOST_RECORDS));
    }

    /** Records come from the brokers: a session without a reader's key does not get them. */
    private static void requireReader(Request request) {
        if (request.access().readerKey().isEmpty()) {
            throw new ConsoleException(403, "This session has no API key of the role reader.");
        }
    }

    /** @throws ConsoleException 400 for what is no time, or none that a record can have */
    static Instant time(String text) {
        try {
            var time = Instant.parse(text);
            if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // Answered below, as a time outside the limits is.
        }
        throw ConsoleException.badRequest("A time is expected, like 2026-01-31T12:00:00Z, not \"" + text + "\".");
    }
}
