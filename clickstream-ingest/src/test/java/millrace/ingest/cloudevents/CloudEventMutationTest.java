package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static millrace.ingest.cloudevents.CloudEventFixture.event;
import static millrace.ingest.cloudevents.CloudEventFixture.headers;
import static millrace.ingest.cloudevents.CloudEventFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import millrace.events.CloudEvents;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.http.ProblemException;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;

/** Valid events with some bytes changed, equal in each run: each is refused, or is whole on its channel. */
class CloudEventMutationTest {
    private static final int ROUNDS = 20_000;
    private static final String PIECES = "\"\\{}[],:%\u0000 \ufeff\ud83d\ude00'eE+-.0569nulltrueZz";

    private static final List<String> BODIES = List.of(
            event(
                    "'subject':'a','time':'2023-05-01T12:00:00.5+02:00'",
                    "'datacontenttype':'text/plain;charset=utf-8'",
                    "'data':'é'"),
            event("'data':{'order_id':'o','n':[1,{'a':null}]}", "'ext':5").replace("'t'", "'Order Cancelled'"),
            event("'datacontenttype':'application/json'", "'data_base64':'eyJhIjpbMV19'", "'dataschema':'a:b'"),
            event("'data_base64':'/wE='", "'partitionkey':'k'", "'flag':true"));

    private final Random random = new Random(20_240_501);

    @Test
    void what_is_not_refused_is_on_its_channel_under_its_own_id() {
        var statuses = new TreeSet<Integer>();
        for (int i = 0; i < ROUNDS; i++) {
            statuses.add(send(i % 3));
        }

        assertThat(statuses).containsExactly(200, 400, 415);
    }

    private int send(int mode) {
        var body = BODIES.get(random.nextInt(BODIES.size()));
        List<CloudEvent> events;
        try {
            events = switch (mode) {
                case 0 -> CloudEventReader.read(headers("content-type", "application/cloudevents+json"), mutated(body));
                case 1 ->
                    CloudEventReader.read(
                            headers("content-type", "application/cloudevents-batch+json"),
                            mutated("[" + body + "," + body + "]"));
                default -> CloudEventReader.read(binary(), mutated(body));
            };
        } catch (ProblemException problem) {
            assertThat(problem.reasons()).isNotEmpty().hasSizeLessThanOrEqualTo(CloudEventFaults.MOST + 1);
            return problem.response().status();
        }
        isOnItsChannel(events);
        return 200;
    }

    private static void isOnItsChannel(List<CloudEvent> events) {
        var messages = events.stream().map(CloudEvent::message).toList();
        var records = SegmentFixture.conversion(
                        SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null)
                .records(messages);

        assertThat(records).hasSameSizeAs(events);
        for (int i = 0; i < records.size(); i++) {
            assertThat(CloudEvents.text(records.get(i).headers(), CloudEvents.ID))
                    .isEqualTo(messages.get(i).messageId())
                    .contains(" ");
            assertThat(SegmentFixture.tree(records.get(i)).isObject()).isTrue();
            assertThat(records.get(i).key()).isNotEmpty();
        }
    }

    private MultiMap binary() {
        var headers = headers(
                "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t", "ce-subject", "a%C3%A9b");
        var types = List.of("application/json", "text/plain; charset=utf-8", "image/png", "application/a+json");
        headers.add("content-type", types.get(random.nextInt(types.size())));
        var changed =
                List.of("ce-id", "ce-source", "ce-subject", "content-type").get(random.nextInt(4));
        return headers.set(changed, new String(mutated(headers.get(changed)), ISO_8859_1));
    }

    /** Applies up to three changes: a byte replaced, a piece inserted or a range left out. */
    private byte[] mutated(String text) {
        var changed = new StringBuilder(text.replace('\'', '"'));
        for (int i = random.nextInt(4); i > 0; i--) {
            var at = random.nextInt(changed.length());
            switch (random.nextInt(3)) {
                case 0 -> changed.setCharAt(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> changed.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                default -> changed.delete(at, Math.min(changed.length() - 1, at + random.nextInt(6)));
            }
        }
        var bytes = utf8(changed.toString());
        if (random.nextInt(8) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
