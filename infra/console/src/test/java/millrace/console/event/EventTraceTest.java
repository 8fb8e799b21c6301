package millrace.console.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.console.event.EventTrace.Basis;
import millrace.console.event.EventTrace.Kind;
import millrace.console.event.EventTrace.Moment;
import millrace.console.event.EventTrace.Span;
import millrace.console.event.EventTrace.State;
import millrace.console.event.EventTrace.Step;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class EventTraceTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final String ORDER = "shop/1001";

    private final EventEvidence evidence = new EventEvidence();

    @Test
    void nothing_is_said_of_an_event_that_was_not_found() {
        assertThat(trace().event()).isNull();
        assertThat(trace().steps()).isEmpty();
        assertThat(trace().isComplete()).isFalse();
    }

    @Test
    void an_order_waits_in_the_outbox_from_its_decision_to_the_relay() {
        placed(at(10));
        evidence.missing(EventTrace.DECISION, at(10));
        evidence.found(EventTrace.DECISION, accepted(), at(40));
        evidence.record(record("orders", 100, at(130), accepted()));

        assertThat(step("Decided").moment()).isEqualTo(new Moment(at(40), Basis.SEEN));
        assertThat(step("Decided").spans()).containsExactly(new Span(Kind.BOTH, at(10), at(40)));
        assertThat(step("Outbox").spans()).containsExactly(new Span(Kind.WAITING, at(40), at(100)));
        assertThat(step("Appended", "orders").spans()).containsExactly(new Span(Kind.WORKING, at(100), at(130)));
    }

    @Test
    void a_decision_that_was_seen_after_the_relay_was_there_at_the_latest_then() {
        placed(at(10));
        evidence.missing(EventTrace.DECISION, at(10));
        evidence.found(EventTrace.DECISION, accepted(), at(500));
        evidence.record(record("orders", 100, at(130), accepted()));

        assertThat(step("Decided").moment()).isEqualTo(new Moment(at(100), Basis.AT_THE_LATEST));
        assertThat(step("Outbox").spans()).isEmpty();
    }

    @Test
    void an_order_is_complete_with_its_row_and_its_checkpoint() {
        placed(at(10));
        evidence.record(record("orders", 100, at(130), accepted()));
        evidence.record(record("order-state", 100, at(131), json("{'version':1,'status':'paid'}")));
        assertThat(trace().isComplete()).isFalse();

        evidence.record(record("order-attribution", 100, at(200), json("{'visit':null}")));
        evidence.missing(EventTrace.REVENUE, at(150));
        evidence.found(EventTrace.REVENUE, json("{'orders':1,'revenue':'23.30','settled':false}"), at(300));
        evidence.missing(EventTrace.ARCHIVED, at(150));
        evidence.found(EventTrace.ARCHIVED, TextNode.valueOf("transactions/0/7"), at(600));
        evidence.head(head(500));
        assertThat(step("Signed").state())
                .as("a checkpoint of before does not cover it")
                .isEqualTo(State.NOT_YET);
        evidence.head(head(9_600));

        assertThat(step("Archived").spans()).containsExactly(new Span(Kind.BOTH, at(131), at(600)));
        assertThat(step("Signed").spans()).contains(new Span(Kind.WAITING, at(600), at(9_600)));
        assertThat(step("Revenue").evidence()).contains("23.30").contains("not settled");
        assertThat(trace().isComplete()).isTrue();
    }

    @Test
    void moments_of_an_order_that_nobody_followed_are_limits_or_missing() {
        evidence.origin(record("transactions", 0, null, json("{'type':'OrderPlaced'}")));
        evidence.record(record("orders", 100, null, accepted()));
        evidence.found(EventTrace.DECISION, accepted(), at(3_600_000));
        evidence.record(record("order-state", 100, null, json("{'version':1}")));
        evidence.found(EventTrace.ARCHIVED, TextNode.valueOf("transactions/0/7"), at(3_600_000));
        evidence.head(head(8_000));
        evidence.head(head(3_500_000));

        assertThat(step("Decided").moment()).isEqualTo(new Moment(at(100), Basis.AT_THE_LATEST));
        assertThat(step("Appended", "orders").moment()).isNull();
        assertThat(step("Archived").spans()).isEmpty();
        assertThat(step("Archived").moment().basis()).isEqualTo(Basis.AT_THE_LATEST);
        assertThat(step("Signed").moment()).isEqualTo(new Moment(at(8_000), Basis.AT_THE_EARLIEST));
    }

    @Test
    void a_refusal_changes_no_state_and_counts_nowhere() {
        placed(at(10));
        evidence.record(record(
                "orders", 100, at(130), json("{'type':'TransitionRefused','version':2,'reason':'it was shipped'}")));

        assertThat(step("State").state()).isEqualTo(State.NEVER);
        assertThat(step("Decided").evidence()).contains("TransitionRefused: it was shipped");
        assertThat(trace().steps()).extracting(Step::name).doesNotContain("Revenue", "Attributed");
    }

    @Test
    void a_dead_letter_ends_the_way_of_an_order() {
        placed(at(10));
        evidence.record(record("transactions-dlq", 100, at(130), json("{}")));

        assertThat(trace().steps())
                .extracting(Step::name)
                .contains("Dead letter", "Archived", "Signed")
                .doesNotContain("Outbox", "State", "Revenue");
    }

    @Test
    void a_click_counts_in_its_visit_and_in_its_page() {
        clicked("{'type':'page'}");
        assertThat(step("Visit").state()).isEqualTo(State.NOT_YET);

        evidence.record(record("visits", 0, at(90), json("{'views':1,'settled':true}")));
        evidence.missing(EventTrace.PAGE_VIEWS, at(50));
        evidence.found(EventTrace.PAGE_VIEWS, json("{'page':'/lamps','views':3}"), at(200));

        assertThat(step("Visit").spans()).containsExactly(new Span(Kind.BOTH, at(10), at(90)));
        assertThat(step("Visit").evidence()).contains("; settled");
        assertThat(step("Page views").spans()).containsExactly(new Span(Kind.BOTH, at(90), at(200)));
        assertThat(step("Page views").evidence()).contains("views 3").contains("not settled");
    }

    @Test
    void a_late_click_and_one_of_a_crawler_count_nowhere() {
        clicked("{'type':'page','bot':true}");
        assertThat(step("Visit").state()).isEqualTo(State.NEVER);

        evidence.record(record("late-events", 0, at(90), json("{'lateBy':'PT72H'}")));
        assertThat(step("Late").evidence()).contains("PT72H");
        assertThat(trace().steps()).extracting(Step::name).doesNotContain("Visit", "Page views");
    }

    @Test
    void a_span_between_clocks_that_differ_never_runs_backwards() {
        evidence.sent(at(50));
        placed(at(10));
        evidence.answered(at(-20));

        assertThat(trace().steps().stream().flatMap(step -> step.spans().stream()))
                .isNotEmpty()
                .allSatisfy(span -> assertThat(span.length()).isGreaterThanOrEqualTo(Duration.ZERO));
    }

    @Test
    void what_the_edge_rejected_does_not_come_to_orders_or_analytics() {
        evidence.origin(record("rejected-events", 0, null, json("{'reasons':['messageId is missing']}")));

        assertThat(step("Counted").state()).isEqualTo(State.NEVER);
        assertThat(step("Counted").evidence()).contains("messageId is missing");
    }

    private void placed(Instant seenAt) {
        evidence.origin(record("transactions", 0, seenAt, json("{'type':'OrderPlaced'}")));
    }

    private void clicked(String value) {
        evidence.origin(record("clicks", 0, at(10), json(value)));
    }

    private static JsonNode accepted() {
        return json("{'type':'OrderAccepted','version':1,'causedBy':'event-1'}");
    }

    private EventTrace trace() {
        return EventTrace.of(evidence);
    }

    private Step step(String name) {
        return trace().steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Step step(String name, String by) {
        return trace().steps().stream()
                .filter(step -> step.name().equals(name) && step.by().equals(by))
                .findFirst()
                .orElseThrow();
    }

    private static EventEvidence.SignedHead head(long millis) {
        var record = record("audit-checkpoints", millis + 2, null, json("{}"));
        return new EventEvidence.SignedHead(at(millis), millis, record);
    }

    private static SeenRecord record(String channel, long millis, Instant seenAt, JsonNode value) {
        var type = channel + "." + value.path("type").asText();
        var headers = Map.of("ce_id", "event-1", "ce_type", type, "ce_source", "shop");
        return new SeenRecord(channel, 0, 7, at(millis), headers, ORDER, value, Optional.ofNullable(seenAt));
    }

    private static Instant at(long millis) {
        return NOON.plusMillis(millis);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
