package millrace.console.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;
import millrace.events.Channels;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Shows the records that orders cannot apply with those that are parked behind them, corrects and redrives them. */
public final class DeadLettersView implements View {
    private static final String LETTER = "/api/dead-letters/{id}";

    private static final Duration SAMPLED_EVERY = Duration.ofSeconds(2);

    /** Characters of a body that the page gets. */
    private static final int LONGEST_BODY = 60_000;

    /** Parked records that the page lists. */
    private static final int MOST_BEHIND = 50;

    private static final int MOST_HEADERS = 50;
    private static final int LONGEST_HEADER = 1_000;

    private final Deployment deployment;
    private final PersonalDataMask mask = new PersonalDataMask();
    private final ChannelRecords records;

    public DeadLettersView(Deployment deployment) {
        this.deployment = deployment;
        this.records = new ChannelRecords(deployment);
    }

    @Override
    public String name() {
        return "dead-letters";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return deployment.has("orders");
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add(
                "dead-letters",
                SAMPLED_EVERY,
                access -> new DeadLetterList(orders(), access).read(Optional.empty(), Optional.empty(), false));
        routes.get("/api/dead-letters", routes.alone(this::list))
                .get(LETTER, routes.alone(this::letter))
                .get(LETTER + "/headers", routes.alone(this::headers))
                // fork: audit
                .post(LETTER + "/body", this::uncover)
                // fork: end
                .post(LETTER + "/redrive", this::redrive)
                .post(LETTER + "/discard", this::discard);
    }

    private ServiceClient orders() {
        return deployment.service("orders");
    }

    private Object list(Request request) throws InterruptedException {
        return new DeadLetterList(orders(), request.access())
                .read(
                        request.query("reason"),
                        request.query("key"),
                        request.query("resolved").isPresent());
    }

    private Object letter(Request request) throws InterruptedException {
        var letter = (ObjectNode) get(request).deepCopy();
        var body = letter.remove("body");
        letter.put("bytes", body == null ? 0 : body.asText().getBytes(UTF_8).length);
        letter.put("covered", body == null ? null : covered(body.asText()));
        // fork: audit
        letter.put("audited", deployment.has("audit"));
        // fork: end
        letter.put("isOrder", address(letter).isPresent());
        var list = new DeadLetterList(orders(), request.access());
        var behind = list.behind(letter);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("letter", letter);
        answer.put("backOffice", request.access().backOfficeKey().isPresent());
        answer.put("first", list.firstOfKey(letter));
        answer.put("behind", behind.stream().limit(MOST_BEHIND).toList());
        answer.put("behindCount", behind.size());
        answer.put("behindComplete", behind.size() < DeadLetterList.MOST);
        return answer;
    }

    private JsonNode get(Request request) throws InterruptedException {
        return orders().get(request.access(), "/dead-letters/" + ServiceClient.part(request.parameter("id")));
    }

    /** The body with the personal data covered; null where all of it is covered. */
    private String covered(String body) {
        var message = json(body);
        return mask.cover(
                        Channels.TRANSACTIONS.name() + "."
                                + message.path("type").asText(),
                        message)
                .map(Json::text)
                .filter(text -> text.length() <= LONGEST_BODY)
                .orElse(null);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException noJson) {
            return MissingNode.getInstance();
        }
    }

    /** Headers of the record, from its place on the channel, if it is still there. */
    private Object headers(Request request) throws InterruptedException {
        var letter = get(request);
        var record = records.at(
                        Channels.TRANSACTIONS.name(),
                        letter.path("partition").asInt(),
                        letter.path("offset").asLong())
                .filter(found -> text(found.key()).equals(letter.path("key").asText()));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("timestamp", record.map(ConsumerRecord::timestamp).orElse(null));
        answer.put(
                "headers",
                record.stream()
                        .flatMap(found -> Stream.of(found.headers().toArray()))
                        .limit(MOST_HEADERS)
                        .map(DeadLettersView::header)
                        .toList());
        return answer;
    }

    private static Map<String, String> header(Header header) {
        return Map.of("name", shortened(header.key()), "value", shortened(text(header.value())));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_HEADER ? text : text.substring(0, LONGEST_HEADER) + "…";
    }

    /** Bytes as text, or as base64 where they are not UTF-8, as orders shows a key. */
    private static String text(byte[] bytes) {
        if (bytes == null) {
            return "";
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    private static Optional<OrderAddress> address(JsonNode letter) {
        return OrderAddress.parse(letter.path("key").asText());
    }

    // fork: audit
    /** Uncovers the body: audit is asked about the order first, and records that before it answers. */
    private Object uncover(Request request) throws InterruptedException {
        var letter = get(request);
        var order = address(letter)
                .orElseThrow(
                        () -> new ConsoleException(
                                409,
                                "The key of this record is no order, so that audit cannot be asked about it: its body stays covered."));
        deployment.service("audit").getAsBackOffice(request.access(), "/audit/orders/" + order.path() + "?limit=1");
        var body = letter.path("body").asText();
        if (body.length() > LONGEST_BODY) {
            throw new ConsoleException(413, "The body has more than %,d characters.".formatted(LONGEST_BODY));
        }
        return Map.of("body", body, "order", order.id());
    }
    // fork: end

    private Object redrive(Request request) throws InterruptedException {
        var dryRun = request.body().path("dryRun").asBoolean();
        return orders().sendAsBackOffice(
                        request.access(),
                        "POST",
                        "/dead-letters/" + ServiceClient.part(request.parameter("id")) + "/redrive"
                                + (dryRun ? "?dryRun=true" : ""),
                        request.text("body").orElse(""),
                        Map.of());
    }

    private Object discard(Request request) throws InterruptedException {
        return orders().callAsBackOffice(
                        request.access(),
                        "DELETE",
                        "/dead-letters/" + ServiceClient.part(request.parameter("id")),
                        null);
    }
}
