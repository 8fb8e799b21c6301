package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Map;
import millrace.events.Json;
import millrace.ingest.form.Limits;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.HttpRequestMetrics;

/**
 * The Segment pixel: a message in the query of an image, for mails and pages without a script. The image comes back whatever
 * becomes of the message, because nobody could see anything else.
 */
@Singleton
public class PixelEndpoint {
    /** One transparent point, as GIF89a writes it. */
    private static final byte[] IMAGE =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static final EdgeResponse ANSWER = new EdgeResponse(200, "image/gif", IMAGE, Map.of("cache-control", "no-store"));

    private final SegmentEndpoint segment;
    private final HttpRequestMetrics requests;

    PixelEndpoint(SegmentEndpoint segment, HttpRequestMetrics requests) {
        this.segment = segment;
        this.requests = requests;
    }

    public Future<EdgeResponse> answer(String type, EdgeRequest call) {
        return Future.future(read -> read.complete(message(call)))
                .compose(message -> segment.message(type, call.withBody((byte[]) message)))
                .otherwise(failure -> {
                    requests.tell("A pixel of %s is not kept: %s".formatted(type, failure.getMessage()));
                    return null;
                })
                .map(kept -> ANSWER);
    }

    /** Either base64 of the whole message, or its fields one by one, with a point where one object is inside another. */
    private static byte[] message(EdgeRequest call) {
        var data = call.param("data");
        if (data != null) {
            try {
                return Base64.getUrlDecoder().decode(data.replace('+', '-').replace('/', '_'));
            } catch (IllegalArgumentException notBase64) {
                throw ProblemException.malformed("data is not base64");
            }
        }
        var message = Json.MAPPER.createObjectNode();
        call.request().params().forEach(field -> put(message, field.getKey(), field.getValue()));
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
