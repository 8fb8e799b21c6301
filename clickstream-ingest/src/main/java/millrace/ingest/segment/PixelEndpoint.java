package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Map;
import millrace.events.Json;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.HttpRequestMetrics;
import millrace.ingest.http.Limits;
import millrace.ingest.http.ProblemException;

/**
 * Accepts Segment pixels: a message in the query of an image, for mails and pages without a script. The response is the
 * image even where the message is refused, because the sender could not see an error.
 */
@Singleton
public class PixelEndpoint {
    /** One transparent pixel as GIF89a. */
    private static final byte[] IMAGE =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static final EdgeResponse RESPONSE =
            new EdgeResponse(200, "image/gif", IMAGE, Map.of("cache-control", "no-store"));

    private final SegmentEndpoint segment;
    private final HttpRequestMetrics requestMetrics;

    PixelEndpoint(SegmentEndpoint segment, HttpRequestMetrics requestMetrics) {
        this.segment = segment;
        this.requestMetrics = requestMetrics;
    }

    public Future<EdgeResponse> respond(String type, EdgeRequest request) {
        return Future.future(read -> read.complete(message(request)))
                .compose(message -> segment.message(type, request.withBody((byte[]) message)))
                .otherwise(failure -> {
                    requestMetrics.logFailure(
                            "A pixel of type %s is not published: %s".formatted(type, failure.getMessage()));
                    return null;
                })
                .map(kept -> RESPONSE);
    }

    /**
     * Returns the message of the query: Base64 of the whole message, or its fields one by one, with a dot between the
     * names of nested fields.
     */
    private static byte[] message(EdgeRequest request) {
        var data = request.queryParameter("data");
        if (data != null) {
            try {
                return Base64.getUrlDecoder().decode(data.replace('+', '-').replace('/', '_'));
            } catch (IllegalArgumentException notBase64) {
                throw ProblemException.malformed("data is not base64");
            }
        }
        var message = Json.MAPPER.createObjectNode();
        request.http().params().forEach(field -> put(message, field.getKey(), field.getValue()));
        return message.toString().getBytes(UTF_8);
    }

    private static void put(ObjectNode message, String name, String value) {
        var parent = message;
        var parts = name.split("\\.", Limits.DEPTH);
        for (int i = 0; i < parts.length - 1; i++) {
            parent = parent.get(parts[i]) instanceof ObjectNode child ? child : parent.putObject(parts[i]);
        }
        parent.put(parts[parts.length - 1], value);
    }
}
