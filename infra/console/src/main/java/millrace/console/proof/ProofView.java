package millrace.console.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.faults.Fault;
import millrace.console.faults.FaultKind;
import millrace.console.faults.Faults;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;

/**
 * Checkpoints of the archive, and proofs of its records, which the page checks itself. On one machine a byte of a record
 * can be changed in the database, and is found by a verification.
 */
public final class ProofView implements View {
    private static final int NOT_FOUND = 404;
    private static final int MOST_RECORDS = 100;
    private static final Duration TAMPERED_FOR = Duration.ofMinutes(10);

    private final Deployment deployment;
    private final Optional<Faults> shared;
    private final Checkpoints checkpoints;

    /** @param faults empty where the deployment is not local */
    public ProofView(Deployment deployment, Optional<Faults> faults) {
        this.deployment = deployment;
        this.shared = faults;
        this.checkpoints = new Checkpoints(deployment);
    }

    @Override
    public String name() {
        return "proof";
    }

    @Override
    public boolean isAvailable(Deployment there) {
        return there.has("audit");
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("checkpoints", Duration.ofSeconds(4), access -> checkpoints.last());
        routes.get("/api/proof", this::overview)
                .get("/api/proof/orders/{source}/{number}", routes.alone(this::recordsOfOrder))
                .get("/api/proof/newest/{channel}/{partition}", this::proveNewest)
                .get("/api/proof/records/{channel}/{partition}/{offset}", this::prove)
                .get("/api/proof/verify", this::verify);
        shared.ifPresent(faults -> routes.get("/api/proof/tampering", request -> tampering(faults))
                .post("/api/proof/tamper", request -> tamper(faults, request))
                .post("/api/proof/restore", request -> restore(faults)));
    }

    /** The public keys of the archive, and how far each partition is archived. */
    private Object overview(Request request) throws InterruptedException {
        var audit = deployment.service("audit");
        var overview = new LinkedHashMap<String, Object>();
        overview.put("keys", audit.get(request.access(), "/audit/keys"));
        overview.put(
                "partitions",
                stream(audit.get(request.access(), "/audit/status"))
                        .filter(partition -> partition.path("records").asLong() > 0)
                        .map(partition -> only(partition, "channel", "partition", "records", "position", "lastTime"))
                        .toList());
        return overview;
    }

    /** Places of the records of an order, without their content. */
    private Object recordsOfOrder(Request request) throws InterruptedException {
        var path = "/audit/orders/%s/%s?limit=%d"
                .formatted(
                        ServiceClient.part(request.parameter("source")),
                        ServiceClient.part(request.parameter("number")),
                        MOST_RECORDS);
        return stream(deployment.service("audit").get(request.access(), path))
                .map(ProofView::place)
                .toList();
    }

    private static Map<String, Object> place(JsonNode record) {
        var place = only(record, "channel", "partition", "offset", "timestamp");
        var type = record.path("value").path("type").asText();
        place.put("type", type.isEmpty() ? header(record, "ce_type").orElse("") : type);
        return place;
    }

    private static Optional<String> header(JsonNode record, String name) {
        return stream(record.path("headers"))
                .filter(header -> header.path("name").asText().equals(name))
                .map(header -> header.path("value").asText())
                .findFirst();
    }

    private Object prove(Request request) throws InterruptedException {
        return proof(
                request.access(),
                request.parameter("channel"),
                request.parameter("partition"),
                request.parameter("offset"));
    }

    /** Proves the newest record of a partition. It may be archived and not signed yet: then the answer has no proof. */
    private Object proveNewest(Request request) throws InterruptedException {
        var channel = request.parameter("channel");
        var partition = request.parameter("partition");
        var newest = new LinkedHashMap<String, Object>();
        var offset = stream(deployment.service("audit").get(request.access(), "/audit/status"))
                .filter(one -> one.path("channel").asText().equals(channel)
                        && one.path("partition").asText().equals(partition)
                        && one.path("records").asLong() > 0)
                .map(one -> one.path("position").asLong() - 1)
                .findFirst()
                .orElseThrow(() -> ConsoleException.notFound(
                        "The archive has no record of partition %s of %s.".formatted(partition, channel)));
        newest.put("offset", offset);
        try {
            newest.put("proof", proof(request.access(), channel, partition, Long.toString(offset)));
        } catch (ConsoleException refused) {
            if (refused.status() != NOT_FOUND) {
                throw refused;
            }
        }
        return newest;
    }

    private JsonNode proof(Access access, String channel, String partition, String offset) throws InterruptedException {
        return deployment
                .service("audit")
                .get(
                        access,
                        "/audit/proofs/%s/%s/%s"
                                .formatted(
                                        ServiceClient.part(channel),
                                        ServiceClient.part(partition),
                                        ServiceClient.part(offset)));
    }

    private Object verify(Request request) throws InterruptedException {
        var channel =
                request.query("channel").orElseThrow(() -> ConsoleException.badRequest("The channel is missing."));
        var partition = request.number("partition", 0, 0, Integer.MAX_VALUE);
        return deployment
                .service("audit")
                .get(
                        request.access(),
                        "/audit/verify?channel=" + ServiceClient.part(channel) + "&partition=" + partition);
    }

    private static Map<String, Object> tampering(Faults faults) {
        var answer = new LinkedHashMap<String, Object>();
        tampered(faults).ifPresent(fault -> answer.put("fault", fault));
        return answer;
    }

    private static Fault tamper(Faults faults, Request request) throws InterruptedException {
        var partition = request.required("channel") + "/" + request.required("partition");
        var offset = request.required("offset");
        if (!offset.matches("[0-9]{1,18}")) {
            throw ConsoleException.badRequest("The offset has to be a whole number, not \"" + offset + "\".");
        }
        return faults.start(FaultKind.TAMPER, partition, Long.parseLong(offset), TAMPERED_FOR, "the view Proof");
    }

    private static Fault restore(Faults faults) throws InterruptedException {
        var fault =
                tampered(faults).orElseThrow(() -> ConsoleException.notFound("No record of the archive is changed."));
        return faults.revert(fault.id(), "the view Proof");
    }

    private static Optional<Fault> tampered(Faults faults) {
        return faults.current().stream()
                .filter(fault -> fault.kind() == FaultKind.TAMPER)
                .findFirst();
    }

    private static Map<String, Object> only(JsonNode node, String... fields) {
        var some = new LinkedHashMap<String, Object>();
        for (var field : fields) {
            some.put(field, node.path(field));
        }
        return some;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
