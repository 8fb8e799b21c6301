package millrace.ingest;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * The Segment HTTP tracking protocol: what its SDKs send goes to the log, and they are answered when it is durable.
 *
 * <p>The body is JSON, whatever the content type says. A faulty message costs itself alone, and the answer is a success all
 * the same: an SDK would throw the whole batch away.
 */
@Path("/v1")
@Produces(APPLICATION_JSON)
class SegmentResource {
    private static final byte[] SUCCESS = "{\"success\":true}".getBytes(UTF_8);

    /** What the sender is told where something was not accepted; SDKs look at the status only. */
    record Answer(boolean success, List<SegmentEvents.Rejected> rejected) {}

    private final Callers callers;
    private final Log log;

    SegmentResource(Callers callers, Log log) {
        this.callers = callers;
        this.log = log;
    }

    @POST
    @Path("/batch")
    public Uni<Response> batch(byte[] json, @Context HttpServerRequest request) {
        var body = SegmentBody.ofBatch(json);
        return append(body, body.sentAt(), request);
    }

    /** A batch from elsewhere: its times are history and not of a clock that is put right. */
    @POST
    @Path("/import")
    public Uni<Response> imported(byte[] json, @Context HttpServerRequest request) {
        return append(SegmentBody.ofBatch(json), null, request);
    }

    @POST
    @Path("/track")
    public Uni<Response> track(byte[] json, @Context HttpServerRequest request) {
        return appendOne("track", json, request);
    }

    @POST
    @Path("/page")
    public Uni<Response> page(byte[] json, @Context HttpServerRequest request) {
        return appendOne("page", json, request);
    }

    @POST
    @Path("/screen")
    public Uni<Response> screen(byte[] json, @Context HttpServerRequest request) {
        return appendOne("screen", json, request);
    }

    @POST
    @Path("/identify")
    public Uni<Response> identify(byte[] json, @Context HttpServerRequest request) {
        return appendOne("identify", json, request);
    }

    @POST
    @Path("/group")
    public Uni<Response> group(byte[] json, @Context HttpServerRequest request) {
        return appendOne("group", json, request);
    }

    @POST
    @Path("/alias")
    public Uni<Response> alias(byte[] json, @Context HttpServerRequest request) {
        return appendOne("alias", json, request);
    }

    private Uni<Response> appendOne(String type, byte[] json, HttpServerRequest request) {
        var body = SegmentBody.ofMessage(type, json);
        return append(body, body.sentAt(), request);
    }

    private Uni<Response> append(SegmentBody body, String sentAt, HttpServerRequest request) {
        var arrival = callers.receive(request, body.writeKey());
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), body.json());
        }
        var events = new SegmentEvents(arrival, sentAt);
        return log.append(arrival, events.entries(body.messages()))
                .map(appended -> Response.ok(answer(events.rejected())).build());
    }

    private static Object answer(List<SegmentEvents.Rejected> rejected) {
        return rejected.isEmpty() ? SUCCESS : new Answer(true, rejected);
    }
}
