package millrace.console.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.events.DeadLetterHeaders;

/**
 * The way of one event: its steps in their sequence, each with what is known of it, and with the time it waited apart
 * from the time it was worked on where both are known.
 *
 * @param event null as long as it has not been found
 */
record EventTrace(Identity event, List<Step> steps) {
    static final String DECISION = "decision";
    static final String PAGE_VIEWS = "page-views";
    static final String REVENUE = "revenue";
    static final String ARCHIVED = "archived";

    /**
     * The event itself, without personal data.
     *
     * @param id that its sender gave it
     * @param place where it came in, as channel, partition and offset
     * @param key of the record: the order id; null for a click, whose key is the visitor
     */
    record Identity(String id, String type, String source, String place, String key, String traceId) {}

    /**
     * One step.
     *
     * @param by process or channel
     * @param where topic, partition and offset, table, row or checkpoint; empty where there is no more to say than by
     * @param moment null where it has not happened, or when is known to nobody
     * @param evidence from what this is known
     */
    record Step(String name, String by, String where, State state, Moment moment, List<Span> spans, String evidence) {}

    enum State {
        @JsonProperty("done")
        DONE,
        @JsonProperty("not yet")
        NOT_YET,
        @JsonProperty("does not come")
        NEVER
    }

    enum Basis {
        /** A record, or a signed note, has it. */
        @JsonProperty("recorded")
        RECORDED,
        /** Whoever followed the event saw it come. */
        @JsonProperty("seen")
        SEEN,
        @JsonProperty("at the latest")
        AT_THE_LATEST,
        @JsonProperty("at the earliest")
        AT_THE_EARLIEST
    }

    record Moment(Instant at, Basis basis) {}

    enum Kind {
        @JsonProperty("waiting")
        WAITING,
        @JsonProperty("working")
        WORKING,
        /** Waiting and working, which nothing tells apart. */
        @JsonProperty("both")
        BOTH
    }

    record Span(Kind kind, Instant from, Instant to) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    /** Whether each step has happened, or cannot happen. */
    boolean isComplete() {
        return event != null && steps.stream().noneMatch(step -> step.state() == State.NOT_YET);
    }

    static EventTrace of(EventEvidence evidence) {
        return evidence.origin()
                .map(origin -> new Builder(evidence, origin).build())
                .orElseGet(() -> new EventTrace(null, List.of()));
    }

    /** Time of the acceptance: the edge writes it into the record. */
    static Instant acceptedAt(SeenRecord origin) {
        var received = origin.value().path("receivedAt").asText();
        try {
            return received.isEmpty() ? origin.at() : Instant.parse(received);
        } catch (DateTimeParseException e) {
            return origin.at();
        }
    }

    private static final class Builder {
        private static final List<Span> NONE = List.of();

        /** An archive that is longer behind than this is an incident. */
        private static final Duration CAUGHT_UP = Duration.ofSeconds(30);

        private final EventEvidence evidence;
        private final SeenRecord origin;
        private final Instant accepted;
        private final List<Step> steps = new ArrayList<>();

        Builder(EventEvidence evidence, SeenRecord origin) {
            this.evidence = evidence;
            this.origin = origin;
            this.accepted = acceptedAt(origin);
        }

        EventTrace build() {
            happened();
            accepted();
            onChannel();
            switch (origin.channel()) {
                case "clicks" -> counted();
                case "transactions" -> decided();
                default -> rejected();
            }
            archived();
            signed();
            var key = origin.channel().equals("transactions") ? origin.key() : null;
            var identity = new Identity(
                    origin.eventId(),
                    origin.type(),
                    origin.headers().getOrDefault("ce_source", ""),
                    origin.place(),
                    key,
                    origin.traceId().orElse(null));
            return new EventTrace(identity, List.copyOf(steps));
        }

        private void happened() {
            var sent = evidence.sentAt();
            if (sent.isPresent()) {
                done(
                        "Sent",
                        "this console",
                        "HTTP request to the edge",
                        new Moment(sent.get(), Basis.SEEN),
                        spans(span(Kind.BOTH, sent.get(), accepted)),
                        "clock of the console; on its way until the edge takes it");
            } else {
                origin.happenedAt()
                        .ifPresent(at -> done(
                                "Happened",
                                "source " + origin.headers().getOrDefault("ce_source", "?"),
                                "",
                                new Moment(at, Basis.RECORDED),
                                NONE,
                                "header ce_time, which is the sender's clock as far as the edge believes it"));
            }
        }

        private void accepted() {
            var spans = evidence.answeredAt()
                    .map(answered -> spans(span(Kind.WORKING, accepted, answered)))
                    .orElse(NONE);
            done(
                    "Accepted",
                    "web",
                    "the edge",
                    new Moment(accepted, Basis.RECORDED),
                    spans,
                    spans.isEmpty()
                            ? "receivedAt in the record"
                            : "receivedAt in the record; works until it has answered: then the record is durable");
        }

        private void onChannel() {
            var moment = origin.seenAt().map(at -> new Moment(at, Basis.SEEN));
            steps.add(new Step(
                    "Appended",
                    origin.channel(),
                    place(origin),
                    State.DONE,
                    moment.orElse(null),
                    moment.map(seen -> spans(span(Kind.WORKING, accepted, seen.at())))
                            .orElse(NONE),
                    moment.isPresent()
                            ? "a consumer without a group got it then: appended, replicated and fetched"
                            : "the record; its timestamp is the time of acceptance"));
        }

        private void counted() {
            var late = evidence.record("late-events");
            var dead = evidence.record("analytics-dlq");
            var visit = evidence.record("visits");
            if (late.isPresent()) {
                done(
                        "Late",
                        "analytics",
                        place(late.get()),
                        seen(late.get()),
                        since(late.get()),
                        "late by " + late.get().value().path("lateBy").asText() + ": it does not count");
            } else if (dead.isPresent()) {
                done(
                        "Dead letter",
                        "analytics",
                        place(dead.get()),
                        seen(dead.get()),
                        since(dead.get()),
                        "a record that cannot be counted; header of the reason on analytics-dlq");
            } else if (origin.value().path("bot").asBoolean()) {
                never("Visit", "analytics", "the edge recognised a crawler, which has no visit and counts nowhere");
            } else {
                visit.ifPresentOrElse(
                        row -> done(
                                "Visit",
                                "analytics",
                                place(row),
                                seen(row),
                                since(row),
                                "views %d, actions %d, since %s; %s"
                                        .formatted(
                                                row.value().path("views").asLong(),
                                                row.value().path("actions").asLong(),
                                                row.value().path("start").asText(),
                                                settled(row.value()))),
                        () -> notYet("Visit", "analytics", "the row of the visitor's visit on the channel visits"));
                pageViews(visit);
            }
        }

        private void pageViews(Optional<SeenRecord> visit) {
            if (!origin.type().equals("page")) {
                return;
            }
            var row = evidence.found(PAGE_VIEWS).filter(found -> visit.isPresent());
            row.ifPresentOrElse(
                    found -> {
                        var views = found.value();
                        var begin = visit.flatMap(SeenRecord::seenAt);
                        done(
                                "Page views",
                                "analytics",
                                "page-views-per-minute, row %s of %s"
                                        .formatted(
                                                views.path("page").asText(),
                                                views.path("start").asText()),
                                looked(found),
                                begin.filter(at -> found.wasMissing().isPresent())
                                        .map(at -> spans(span(Kind.BOTH, at, found.firstSeen())))
                                        .orElse(NONE),
                                "GET /page-views: views %d in this minute; %s"
                                        .formatted(views.path("views").asLong(), settled(views)));
                    },
                    () -> notYet("Page views", "analytics", "the row of the page and its minute, GET /page-views"));
        }

        private void decided() {
            var decision = evidence.found(DECISION);
            var event = evidence.record("orders");
            var dead = evidence.record("transactions-dlq");
            if (decision.isEmpty() && event.isEmpty() && dead.isPresent()) {
                done(
                        "Dead letter",
                        "orders",
                        place(dead.get()),
                        seen(dead.get()),
                        since(dead.get()),
                        dead.get()
                                .headers()
                                .getOrDefault(DeadLetterHeaders.REASON, "GET /dead-letters has the reason"));
                return;
            }
            var start = origin.seenAt().orElse(origin.at());
            var relayed = event.map(SeenRecord::at);
            var decidedAt = decidedAt(decision, relayed);
            var result = event.map(SeenRecord::value)
                    .or(() -> decision.map(EventEvidence.Found::value))
                    .orElse(null);
            if (result == null) {
                notYet("Decided", "orders", "the order's history, GET /orders/{id}");
                notYet("Outbox", "orders", "table outbox");
                notYet("Appended", "orders", "the decision as an event");
            } else {
                decision(result, decidedAt, start);
                sent(event, decidedAt);
            }
            state(event, result);
            if (result == null || List.of("OrderAccepted", "OrderRefunded").contains(type(result))) {
                revenue(event, result);
            }
        }

        private void decision(JsonNode result, Optional<Moment> decidedAt, Instant start) {
            steps.add(new Step(
                    "Decided",
                    "orders",
                    "table history, version " + result.path("version").asLong(),
                    State.DONE,
                    decidedAt.orElse(null),
                    decidedAt
                            .map(moment -> spans(span(Kind.BOTH, start, moment.at())))
                            .orElse(NONE),
                    type(result)
                            + (result.path("reason").isTextual()
                                    ? ": " + result.path("reason").asText()
                                    : "")
                            + "; on the channel it waits for orders, then a database transaction decides"));
        }

        /** The outbox row is there from the decision's commit on; the timestamp of the record is when the relay took it. */
        private void sent(Optional<SeenRecord> event, Optional<Moment> decidedAt) {
            if (event.isEmpty()) {
                notYet("Outbox", "orders", "table outbox");
                notYet("Appended", "orders", "the decision as an event");
                return;
            }
            var record = event.get();
            done(
                    "Outbox",
                    "orders",
                    "table outbox",
                    new Moment(record.at(), Basis.RECORDED),
                    decidedAt
                            .filter(moment -> moment.basis() == Basis.SEEN)
                            .map(moment -> spans(span(Kind.WAITING, moment.at(), record.at())))
                            .orElse(NONE),
                    "timestamp of the record: the relay took the row then");
            steps.add(new Step(
                    "Appended",
                    "orders",
                    place(record),
                    State.DONE,
                    seen(record),
                    record.seenAt()
                            .map(at -> spans(span(Kind.WORKING, record.at(), at)))
                            .orElse(NONE),
                    "the record, caused by " + origin.eventId()));
        }

        private Optional<Moment> decidedAt(Optional<EventEvidence.Found> decision, Optional<Instant> relayed) {
            var looked =
                    decision.filter(found -> found.wasMissing().isPresent()).map(EventEvidence.Found::firstSeen);
            if (looked.isPresent() && relayed.filter(looked.get()::isAfter).isEmpty()) {
                return Optional.of(new Moment(looked.get(), Basis.SEEN));
            }
            return relayed.or(() -> decision.map(EventEvidence.Found::firstSeen))
                    .map(at -> new Moment(at, Basis.AT_THE_LATEST));
        }

        private void state(Optional<SeenRecord> event, JsonNode result) {
            var state = evidence.record("order-state");
            if (state.isPresent()) {
                var record = state.get();
                done(
                        "State",
                        "order-state",
                        place(record),
                        seen(record),
                        record.seenAt()
                                .map(at -> spans(span(Kind.WORKING, record.at(), at)))
                                .orElse(NONE),
                        "version %d, %s"
                                .formatted(
                                        record.value().path("version").asLong(),
                                        record.value().path("status").asText()));
            } else if (result != null && type(result).equals("TransitionRefused")) {
                never("State", "order-state", "a refusal changes no state");
            } else {
                notYet("State", "order-state", "the order as it is now");
            }
        }

        private void revenue(Optional<SeenRecord> event, JsonNode result) {
            var attribution = evidence.record("order-attribution");
            var isRefund = result != null && type(result).equals("OrderRefunded");
            if (!isRefund) {
                attribution.ifPresentOrElse(
                        row -> done(
                                "Attributed",
                                "analytics",
                                place(row),
                                seen(row),
                                event.flatMap(SeenRecord::seenAt)
                                        .flatMap(from -> row.seenAt().map(to -> spans(span(Kind.BOTH, from, to))))
                                        .orElse(NONE),
                                row.value().path("visit").isObject()
                                        ? "to a visit that began at "
                                                + row.value().at("/visit/start").asText()
                                        : "to no visit: none of this visitor is known"),
                        () -> notYet("Attributed", "analytics", "the order's row on order-attribution"));
            }
            evidence.found(REVENUE)
                    .filter(found -> isRefund || attribution.isPresent())
                    .ifPresentOrElse(
                            found -> done(
                                    "Revenue",
                                    "analytics",
                                    "revenue-per-minute, row %s, %s, %s"
                                            .formatted(
                                                    found.value().path("start").asText(),
                                                    found.value()
                                                            .path("country")
                                                            .asText(),
                                                    found.value()
                                                            .path("currency")
                                                            .asText()),
                                    looked(found),
                                    attribution
                                            .flatMap(SeenRecord::seenAt)
                                            .filter(at -> found.wasMissing().isPresent())
                                            .map(at -> spans(span(Kind.BOTH, at, found.firstSeen())))
                                            .orElse(NONE),
                                    "GET /revenue: orders %d, revenue %s, refunds %d; %s"
                                            .formatted(
                                                    found.value().path("orders").asLong(),
                                                    found.value()
                                                            .path("revenue")
                                                            .asText(),
                                                    found.value()
                                                            .path("refunds")
                                                            .asLong(),
                                                    settled(found.value()))),
                            () -> notYet("Revenue", "analytics", "the row of its minute and country, GET /revenue"));
        }

        private void rejected() {
            var reasons = new ArrayList<String>();
            origin.value().path("reasons").forEach(reason -> reasons.add(reason.asText()));
            never("Counted", "analytics, orders", "the edge rejected it: " + String.join("; ", reasons));
        }

        private void archived() {
            var archived = evidence.found(ARCHIVED);
            if (archived.isEmpty()) {
                notYet("Archived", "audit", "table records");
                return;
            }
            var found = archived.get();
            steps.add(new Step(
                    "Archived",
                    "audit",
                    "table records: " + found.value().asText(),
                    State.DONE,
                    looked(found),
                    found.wasMissing().isPresent() ? spans(span(Kind.BOTH, lastRecord(), found.firstSeen())) : NONE,
                    "GET /audit/status, asked each half second: the archive's positions are past them"));
        }

        /**
         * A checkpoint that is signed after the archive had the records covers them, and each later one does. Of records
         * that were archived before anyone looked, the first checkpoint after them does, unless the archive was behind.
         */
        private void signed() {
            var archived = evidence.found(ARCHIVED);
            var certain = archived.flatMap(found -> evidence.headSince(found.firstSeen()));
            var wasFollowed =
                    archived.filter(found -> found.wasMissing().isPresent()).isPresent();
            if (certain.isPresent() && wasFollowed) {
                followed(archived.get().firstSeen(), certain.get());
            } else if (archived.isPresent()
                    && !wasFollowed
                    && (certain.isPresent()
                            || evidence.headSince(lastRecord().plus(CAUGHT_UP)).isPresent())) {
                var first = evidence.headSince(lastRecord()).orElseThrow();
                done(
                        "Signed",
                        "audit",
                        head(first),
                        new Moment(first.signedAt(), Basis.AT_THE_EARLIEST),
                        NONE,
                        "the first checkpoint after it, if the archive was not behind; bin/audit prove %s %d %d has the one that covers it"
                                .formatted(origin.channel(), origin.partition(), origin.offset()));
            } else {
                notYet("Signed", "audit", "a checkpoint after that, signed each 10 s where there is something new");
            }
        }

        private void followed(Instant archivedAt, EventEvidence.SignedHead head) {
            var published = head.record().seenAt().orElse(head.record().at());
            done(
                    "Signed",
                    "audit",
                    head(head),
                    new Moment(head.signedAt(), Basis.RECORDED),
                    spans(
                            span(Kind.WAITING, archivedAt, head.signedAt()),
                            span(Kind.WORKING, head.signedAt(), published)),
                    "time in the checkpoint: one is signed each 10 s, and then published");
        }

        private static String head(EventEvidence.SignedHead head) {
            return "%s, log of %d segments".formatted(place(head.record()), head.size());
        }

        /** When the last record that is to be archived was on its channel. */
        private Instant lastRecord() {
            return archivable(evidence).stream()
                    .map(record -> record.seenAt().orElse(record.at()))
                    .max(Instant::compareTo)
                    .orElse(accepted);
        }

        private List<Span> since(SeenRecord row) {
            return row.seenAt()
                    .map(at -> spans(span(Kind.BOTH, origin.seenAt().orElse(accepted), at)))
                    .orElse(NONE);
        }

        private static Moment seen(SeenRecord record) {
            return record.seenAt().map(at -> new Moment(at, Basis.SEEN)).orElse(null);
        }

        private static Moment looked(EventEvidence.Found found) {
            return new Moment(found.firstSeen(), found.wasMissing().isPresent() ? Basis.SEEN : Basis.AT_THE_LATEST);
        }

        private static String type(JsonNode event) {
            return event.path("type").asText();
        }

        private static String settled(JsonNode row) {
            return row.path("settled").asBoolean()
                    ? "settled: no event on time can change it"
                    : "not settled: events on time can still change it";
        }

        private static String place(SeenRecord record) {
            return "%s, partition %d, offset %d".formatted(record.channel(), record.partition(), record.offset());
        }

        /** Clocks of two machines may differ: a span never runs backwards. */
        private static Span span(Kind kind, Instant from, Instant to) {
            return new Span(kind, from, to.isBefore(from) ? from : to);
        }

        private static List<Span> spans(Span... spans) {
            return List.of(spans);
        }

        private void done(String name, String by, String where, Moment moment, List<Span> spans, String from) {
            steps.add(new Step(name, by, where, State.DONE, moment, spans, from));
        }

        private void notYet(String name, String by, String expected) {
            steps.add(new Step(name, by, "", State.NOT_YET, null, NONE, expected));
        }

        private void never(String name, String by, String why) {
            steps.add(new Step(name, by, "", State.NEVER, null, NONE, why));
        }
    }

    /** The records that the archive gets, as soon as all of them are known; before, none. */
    static List<SeenRecord> archivable(EventEvidence evidence) {
        var records = new ArrayList<SeenRecord>();
        evidence.origin().ifPresent(records::add);
        if (!records.isEmpty() && records.getFirst().channel().equals("transactions")) {
            var outcome = evidence.record("orders").or(() -> evidence.record("transactions-dlq"));
            if (outcome.isEmpty()) {
                return List.of();
            }
            records.add(outcome.get());
            var state = evidence.record("order-state");
            if (state.isEmpty() && changesState(outcome.get())) {
                return List.of();
            }
            state.ifPresent(records::add);
        }
        return records;
    }

    private static boolean changesState(SeenRecord outcome) {
        return outcome.channel().equals("orders")
                && !outcome.value().path("type").asText().equals("TransitionRefused");
    }
}
