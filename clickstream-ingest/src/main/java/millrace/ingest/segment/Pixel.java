package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Map;
import millrace.events.Json;
import millrace.ingest.form.Limits;
import millrace.ingest.http.Answer;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;
import millrace.ingest.http.Requests;

/**
 * The Segment pixel: a message in the query of an image, for mails and pages without a script. The image comes back whatever
 * becomes of the message, because nobody could see anything else.
 */
@Singleton
public class Pixel {
    /** One transparent point, as GIF89a writes it. */
    private static final byte[] IMAGE =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static final Answer ANSWER = new Answer(200, "image/gif", IMAGE, Map.of("cache-control", "no-store"));

    private final Segment segment;
    private final Requests requests;

    Pixel(Segment segment, Requests requests) {
        this.segment = segment;
        this.requests = requests;
    }

    public Future<Answer> answer(String type, Call call) {
        return Future.future(read -> read.complete(message(call)))
                .compose(message -> segment.message(type, call.withBody((byte[]) message)))
                .otherwise(failure -> {
                    requests.tell("A pixel of %s is not kept: %s".formatted(type, failure.getMessage()));
                    return null;
                })
                .map(kept -> ANSWER);
    }

    /** Either base64 of the whole message, or its fields one by one, with a point where one object is inside another. */
    private static byte[] message(Call call) {
        var data = call.param("data");
        if (data != null) {
            try {
                return Base64.getUrlDecoder().decode(data.replace('+', '-').replace('/', '_'));
            } catch (IllegalArgumentException notBase64) {
                throw Refusal.malformed("data is not base64");
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
