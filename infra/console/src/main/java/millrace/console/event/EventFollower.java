package millrace.console.event;

import static millrace.console.view.ServiceClient.part;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.events.DeadLetterHeaders;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds one event and follows it until its last step, a minute at most. One thread reads the channels; others ask
 * orders, analytics and audit.
 */
final class EventFollower implements AutoCloseable {
    static final Duration FOLLOWS_FOR = Duration.ofSeconds(60);

    private static final Duration ASK_EVERY = Duration.ofMillis(200);
    private static final Duration ASK_ORDERS_EVERY = Duration.ofMillis(50);
    private static final Duration ASK_AUDIT_EVERY = Duration.ofMillis(500);
    private static final Duration LAST_MINUTES = Duration.ofMinutes(10);
    private static final int MOST_EVENTS = 10;
    private static final int MOST_STATES = 100;
    private static final List<String> ENTRIES = List.of("transactions", "clicks", "rejected-events");

    /**
     * Another event of the same order, visitor or trace.
     *
     * @param name that {@link EventName#parse} takes
     */
    record Other(String name, String type, Instant at) {}

    /**
     * A request to the edge that this console sends.
     *
     * @param channel on which its record comes
     * @param key of the record
     * @param rows path at analytics of the rows in which it counts
     */
    record Sample(String channel, String key, String traceparent, String path, Object body, String rows) {}

    private final Deployment deployment;
    private final Access access;
    private final Duration span;
    private final EventEvidence evidence = new EventEvidence();
    private final Instant until = Instant.now().plus(FOLLOWS_FOR);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger threads = new AtomicInteger();
    private volatile List<Other> others = List.of();
    private volatile ConsoleException failure;
    private volatile boolean isStopped;
    private volatile OptionalLong countedBefore = OptionalLong.empty();

    /** @param span that is searched for orders and visitors on the channels */
    EventFollower(Deployment deployment, Access access, Duration span) {
        this.deployment = deployment;
        this.access = access;
        this.span = span;
    }

    /** Searches and follows an event that is there. */
    void find(EventName name) {
        start(
                "find",
                () -> run(reader -> {
                    var found = search(reader, name);
                    others = found.stream()
                            .map(record -> new Other(record.place(), record.type(), record.at()))
                            .toList();
                    return chosen(found, name);
                }));
    }

    /** Sends an event and follows it. */
    void send(Sample sample) {
        start(
                "send",
                () -> run(reader -> {
                    var entry = reader.partitionOf(sample.channel(), sample.key());
                    var begin = Instant.now();
                    prepare(reader, sample.channel(), sample.key(), begin);
                    reader.follow(entry, begin);
                    reader.poll();
                    evidence.sent(Instant.now());
                    post(sample);
                    var deadline = Instant.now().plusSeconds(10);
                    while (isDue() && Instant.now().isBefore(deadline)) {
                        var origin = Optional.<SeenRecord>empty();
                        for (var record : reader.poll()) {
                            if (isOf(sample, record)) {
                                origin = Optional.of(record);
                            } else {
                                take(reader, record);
                            }
                        }
                        if (origin.isPresent()) {
                            reader.leave(entry);
                            return origin.get();
                        }
                    }
                    throw ConsoleException.notFound(
                            "The edge has taken the event, and it is not on " + sample.channel() + ".");
                }));
    }

    private static boolean isOf(Sample sample, SeenRecord record) {
        return record.channel().equals(sample.channel())
                && record.traceId().equals(EventName.traceId(sample.traceparent()));
    }

    EventTrace trace() {
        return EventTrace.of(evidence);
    }

    List<Other> others() {
        return others;
    }

    /** Sentences about the search, and of services that do not answer. */
    List<String> notes() {
        return evidence.notes();
    }

    Instant until() {
        return until;
    }

    boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Whether a thread of it still waits for an answer, after its end too. */
    boolean isBusy() {
        return threads.get() > 0;
    }

    /** Why there is nothing to follow. */
    Optional<ConsoleException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits until it has ended, for a time at most. */
    void await(Duration time) throws InterruptedException {
        ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops to follow: its threads end after their present question, or poll. */
    @Override
    public void close() {
        isStopped = true;
    }

    private interface Beginning {
        SeenRecord origin(ChannelReader reader) throws InterruptedException;
    }

    private interface ServiceCall {
        /** @return whether everything is answered */
        boolean ask() throws InterruptedException;
    }

    private void start(String name, Runnable work) {
        threads.incrementAndGet();
        Thread.ofVirtual().name("event-" + name).start(() -> {
            try {
                work.run();
            } finally {
                threads.decrementAndGet();
            }
        });
    }

    private void run(Beginning beginning) {
        try (var reader = new ChannelReader(deployment, () -> isStopped)) {
            var origin = beginning.origin(reader);
            evidence.origin(origin);
            origin.seenAt().ifPresent(at -> {
                // Neither could be there before the event was.
                evidence.missing(EventTrace.DECISION, at);
                evidence.missing(EventTrace.ARCHIVED, at);
            });
            ask("audit", ASK_AUDIT_EVERY, this::askAudit);
            if (origin.channel().equals("transactions")) {
                ask("orders", ASK_ORDERS_EVERY, this::askOrders);
            }
            ask("analytics", ASK_EVERY, this::askAnalytics);
            prepare(reader, origin.channel(), origin.key(), EventTrace.acceptedAt(origin));
            while (isDue() && !trace().isComplete()) {
                for (var record : reader.poll()) {
                    take(reader, record);
                }
            }
        } catch (ConsoleException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            failure = new ConsoleException(503, "Kafka does not answer: " + e.getMessage(), e);
        } finally {
            isStopped = true;
            ended.countDown();
        }
    }

    private boolean isDue() {
        return !isStopped && Instant.now().isBefore(until);
    }

    // What comes on the channels

    private void prepare(ChannelReader reader, String channel, String key, Instant since) {
        var from = since.truncatedTo(ChronoUnit.MILLIS);
        reader.follow(reader.partitions("audit-checkpoints"), from);
        if (channel.equals("clicks")) {
            reader.follow(reader.partitions("visits"), from);
            reader.follow(reader.partitions("analytics-dlq"), from);
            if (key != null) {
                reader.follow(reader.partitionOf("late-events", key), from);
            }
        } else if (channel.equals("transactions") && key != null) {
            for (var follower : List.of("orders", "order-state", "order-attribution", "transactions-dlq")) {
                reader.follow(reader.partitionOf(follower, key), from);
            }
        }
    }

    private final List<SeenRecord> states = new ArrayList<>();
    private final List<SeenRecord> early = new ArrayList<>();
    private boolean isAtLastCheckpoint;

    private void take(ChannelReader reader, SeenRecord record) {
        if (record.channel().equals("audit-checkpoints")) {
            checkpoint(reader, record);
        } else if (evidence.origin().isEmpty()) {
            if (early.size() < MOST_STATES) {
                early.add(record);
            }
        } else {
            var origin = evidence.origin().get();
            early.forEach(one -> belongs(origin, one));
            early.clear();
            belongs(origin, record);
        }
    }

    private void checkpoint(ChannelReader reader, SeenRecord record) {
        SignedText.parse(record.value().path("note").asText())
                .ifPresent(text -> evidence.head(new EventEvidence.SignedHead(text.at(), text.size(), record)));
        if (!isAtLastCheckpoint && record.seenAt().isEmpty()) {
            // Between the first after the event and the last one none is of interest.
            isAtLastCheckpoint = true;
            reader.skipToLast(new TopicPartition(deployment.topic(record.channel()), record.partition()));
        }
    }

    private void belongs(SeenRecord origin, SeenRecord record) {
        var value = record.value();
        var isIts = switch (record.channel()) {
            case "visits" -> isVisitOf(origin, value);
            case "late-events" ->
                value.path("eventId").asText().equals(origin.eventId())
                        && value.path("channel").asText().equals(origin.channel());
            case "analytics-dlq" ->
                isPlaceOf(
                        origin,
                        record,
                        DeadLetterHeaders.STREAMS_TOPIC,
                        DeadLetterHeaders.STREAMS_PARTITION,
                        DeadLetterHeaders.STREAMS_OFFSET);
            case "transactions-dlq" ->
                isPlaceOf(
                        origin,
                        record,
                        DeadLetterHeaders.CHANNEL,
                        DeadLetterHeaders.PARTITION,
                        DeadLetterHeaders.OFFSET);
            case "orders" ->
                origin.eventId().equals(value.path("causedBy").asText()) && isSame(origin.key(), record.key());
            case "order-attribution" -> isSame(origin.key(), record.key()) && !value.isMissingNode();
            case "order-state" -> {
                if (isSame(origin.key(), record.key()) && states.size() < MOST_STATES) {
                    states.add(record);
                }
                yield false;
            }
            default -> false;
        };
        if (isIts) {
            evidence.record(record);
        }
        // The state of an event, or of a later one of the same batch; an erased order has none.
        evidence.record("orders")
                .ifPresent(event -> states.stream()
                        .filter(state -> state.value().isMissingNode()
                                || state.value().path("version").asLong()
                                        >= event.value().path("version").asLong())
                        .findFirst()
                        .ifPresent(evidence::record));
    }

    private boolean isPlaceOf(SeenRecord origin, SeenRecord letter, String topic, String partition, String offset) {
        var headers = letter.headers();
        var channel = headers.getOrDefault(topic, "");
        return (channel.equals(origin.channel()) || channel.equals(deployment.topic(origin.channel())))
                && headers.getOrDefault(partition, "").equals(Integer.toString(origin.partition()))
                && headers.getOrDefault(offset, "").equals(Long.toString(origin.offset()));
    }

    private static boolean isVisitOf(SeenRecord origin, JsonNode visit) {
        var time = time(origin.value().path("timestamp"));
        var start = time(visit.path("start"));
        var end = time(visit.path("end"));
        return origin.key() != null
                && origin.key().equals(visit.path("visitor").asText())
                && visit.path("source")
                        .asText()
                        .equals(origin.value().path("source").asText())
                && time.isPresent()
                && start.isPresent()
                && end.isPresent()
                && !time.get()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .isBefore(start.get().truncatedTo(ChronoUnit.MILLIS))
                && !time.get().truncatedTo(ChronoUnit.MILLIS).isAfter(end.get());
    }

    private static boolean isSame(String one, String other) {
        return one != null && one.equals(other);
    }

    private static Optional<Instant> time(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    // What the services answer

    private void ask(String process, Duration every, ServiceCall call) {
        if (!deployment.has(process)) {
            evidence.note("This console does not know where " + process + " is: its steps stay open.");
            return;
        }
        start(process, () -> {
            try {
                while (isDue()) {
                    try {
                        if (call.ask()) {
                            return;
                        }
                        evidence.problem(process, null);
                    } catch (ConsoleException refused) {
                        evidence.problem(process, refused.getMessage());
                    }
                    TimeUnit.MILLISECONDS.sleep(every.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean isAsked;

    private boolean askOrders() throws InterruptedException {
        var origin = evidence.origin().orElseThrow();
        var now = Instant.now();
        try {
            // The first look is at once; then orders answers as soon as it knows the order.
            var path = "/orders/" + path(origin.key()) + (isAsked ? "?wait=2s" : "");
            isAsked = true;
            var order = deployment.service("orders").get(access, path);
            for (var event : order.path("history")) {
                if (event.path("causedBy").asText().equals(origin.eventId())) {
                    evidence.found(EventTrace.DECISION, event, Instant.now());
                    return true;
                }
            }
        } catch (ConsoleException e) {
            if (e.status() != 404 && e.status() != 410) {
                throw e;
            }
        }
        evidence.missing(EventTrace.DECISION, now);
        return false;
    }

    private boolean askAnalytics() throws InterruptedException {
        var origin = evidence.origin().orElseThrow();
        if (origin.channel().equals("clicks")) {
            return !origin.type().equals("page") || askPageViews(origin);
        }
        return origin.channel().equals("transactions") ? askRevenue() : true;
    }

    private boolean askPageViews(SeenRecord origin) throws InterruptedException {
        var time = time(origin.value().path("timestamp"));
        if (time.isEmpty()) {
            return true;
        }
        var rows = rows("/page-views?by=minute&limit=2&page=" + part(path(origin.value())), time.get());
        return look(EventTrace.PAGE_VIEWS, rows.path(0))
                && evidence.record("visits").isPresent();
    }

    private boolean askRevenue() throws InterruptedException {
        var event = evidence.record("orders")
                .map(SeenRecord::value)
                .or(() -> evidence.found(EventTrace.DECISION).map(EventEvidence.Found::value));
        if (event.isEmpty()) {
            return false;
        }
        var type = event.get().path("type").asText();
        var time = time(event.get().path("timestamp"));
        if (!List.of("OrderAccepted", "OrderRefunded").contains(type) || time.isEmpty()) {
            return true;
        }
        var currency = event.get().path("currency").asText();
        var rows = rows(
                "/revenue?by=minute&limit=20&country="
                        + part(event.get().path("country").asText()),
                time.get());
        var row = StreamSupport.stream(rows.spliterator(), false)
                .filter(one -> one.path("currency").asText().equals(currency))
                .findFirst();
        return row.map(found -> look(EventTrace.REVENUE, found)).orElseGet(() -> look(EventTrace.REVENUE, null))
                && (type.equals("OrderRefunded")
                        || evidence.record("order-attribution").isPresent());
    }

    /** Count of the row of this minute, before a sample is sent; empty where analytics does not say it. */
    private OptionalLong counted(String rows) throws InterruptedException {
        try {
            return deployment.has("analytics")
                    ? OptionalLong.of(
                            StreamSupport.stream(rows(rows, Instant.now()).spliterator(), false)
                                    .mapToLong(EventFollower::count)
                                    .sum())
                    : OptionalLong.empty();
        } catch (ConsoleException unavailable) {
            return OptionalLong.empty();
        }
    }

    private static long count(JsonNode row) {
        return row.path("views").asLong(row.path("orders").asLong());
    }

    private JsonNode rows(String path, Instant time) throws InterruptedException {
        var minute = time.truncatedTo(ChronoUnit.MINUTES);
        return deployment
                .service("analytics")
                .get(access, path + "&from=" + minute + "&to=" + minute.plus(1, ChronoUnit.MINUTES));
    }

    private boolean look(String what, JsonNode row) {
        if (row == null || !row.isObject() || (countedBefore.isPresent() && count(row) <= countedBefore.getAsLong())) {
            evidence.missing(what, Instant.now());
            return false;
        }
        evidence.found(what, row, Instant.now());
        return true;
    }

    private boolean askAudit() throws InterruptedException {
        var records = EventTrace.archivable(evidence);
        if (records.isEmpty()) {
            return false;
        }
        var status = deployment.service("audit").get(access, "/audit/status");
        var now = Instant.now();
        Predicate<SeenRecord> isArchived = record -> StreamSupport.stream(status.spliterator(), false)
                .anyMatch(row -> row.path("channel").asText().equals(record.channel())
                        && row.path("partition").asInt() == record.partition()
                        && row.path("position").asLong() > record.offset());
        if (records.stream().allMatch(isArchived)) {
            var places = records.stream().map(SeenRecord::place).collect(Collectors.joining(", "));
            evidence.found(EventTrace.ARCHIVED, TextNode.valueOf(places), now);
            return true;
        }
        evidence.missing(EventTrace.ARCHIVED, now);
        return false;
    }

    private void post(Sample sample) throws InterruptedException {
        deployment.service("web").postAsShop(access, sample.path(), sample.body(), sample.traceparent());
        evidence.answered(Instant.now());
    }

    // The search

    private List<SeenRecord> search(ChannelReader reader, EventName name) throws InterruptedException {
        var found = switch (name.kind()) {
            case RECORD -> record(reader, name.text());
            case ORDER -> order(reader, name.text());
            case VISITOR -> visitor(reader, name.text());
            case TRACE -> trace(reader, name.text());
        };
        if (found.isEmpty()) {
            throw ConsoleException.notFound(
                    switch (name.kind()) {
                        case RECORD -> "There is no record " + name.text() + ", or not any more.";
                        case VISITOR ->
                            "There is no click of the visitor %s on clicks in the last %s."
                                    .formatted(name.text(), text(span));
                        case ORDER ->
                            "There is no transaction of the order %s, neither on transactions nor in the archive."
                                    .formatted(name.text());
                        case TRACE ->
                            "There is no record of the trace %s, neither on the channels nor in the archive."
                                    .formatted(name.text());
                    });
        }
        return found;
    }

    private static SeenRecord chosen(List<SeenRecord> found, EventName name) {
        if (name.kind() == EventName.Kind.VISITOR) {
            return found.getLast();
        }
        return found.stream()
                .filter(record -> record.channel().equals("transactions"))
                .findFirst()
                .orElse(found.getFirst());
    }

    private static List<SeenRecord> record(ChannelReader reader, String place) {
        var parts = place.split("/");
        return reader.at(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2])).stream()
                .toList();
    }

    private List<SeenRecord> visitor(ChannelReader reader, String visitor) {
        return reader.find(
                reader.partitionOf("clicks", visitor),
                Instant.now().minus(span),
                MOST_EVENTS,
                record -> isSame(visitor, record.key()));
    }

    private List<SeenRecord> order(ChannelReader reader, String order) throws InterruptedException {
        var found = reader.find(
                reader.partitionOf("transactions", order),
                Instant.now().minus(span),
                MOST_EVENTS,
                record -> isSame(order, record.key()));
        var isWhole = found.stream().anyMatch(record -> record.type().equals("OrderPlaced"));
        return isWhole ? found : archived(reader, "/audit/orders/" + path(order), found);
    }

    private List<SeenRecord> trace(ChannelReader reader, String trace) throws InterruptedException {
        var entries = new ArrayList<TopicPartition>();
        ENTRIES.forEach(channel -> entries.addAll(reader.partitions(channel)));
        var found = reader.find(
                entries,
                Instant.now().minus(LAST_MINUTES),
                MOST_EVENTS,
                record -> record.traceId().filter(trace::equals).isPresent());
        return found.isEmpty() ? archived(reader, "/audit/traces/" + trace, found) : found;
    }

    /** Asks the archive, which records that it was asked. */
    private List<SeenRecord> archived(ChannelReader reader, String path, List<SeenRecord> otherwise)
            throws InterruptedException {
        if (!deployment.has("audit") || path.split("/").length < 4) {
            return otherwise;
        }
        var found = new ArrayList<SeenRecord>();
        for (var json : deployment.service("audit").get(access, path + "?limit=50")) {
            var record = SeenRecord.archived(json);
            if (ENTRIES.contains(record.channel()) && found.size() < MOST_EVENTS) {
                found.add(reader.at(record.channel(), record.partition(), record.offset())
                        .filter(there -> there.eventId().equals(record.eventId()))
                        .orElse(record));
            }
        }
        evidence.note("Asked audit: GET " + path + ", which it has recorded on audit-events.");
        return found.isEmpty() ? otherwise : found;
    }

    /** Encodes the two parts of an order's id: the number may have slashes, too. */
    private static String path(String id) {
        return Arrays.stream(id.split("/", 2)).map(ServiceClient::part).collect(Collectors.joining("/"));
    }

    /** Path of a viewed page, as analytics has it. */
    private static String path(JsonNode click) {
        for (var place : List.of("/properties/path", "/context/page/path", "/name")) {
            if (click.at(place).isTextual()) {
                return click.at(place).asText();
            }
        }
        return "/";
    }

    private static String text(Duration time) {
        return time.toMinutes() < 120 ? time.toMinutes() + " minutes" : time.toHours() + " hours";
    }
}
