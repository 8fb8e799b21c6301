package millrace.ingest.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.Slice;
import millrace.ingest.http.Utf8;

/**
 * Body of a request that places an order.
 *
 * @param problem reason why the whole body is refused; {@code null} where it is not
 */
record OrderBody(JsonNode json, ProblemException problem) {
    /** Parses a body, even one that is too long, because the write key may be in it. */
    static OrderBody read(byte[] bytes) {
        try {
            var body = new Slice(bytes, 0, bytes.length);
            if (!Utf8.is(body)) {
                return new OrderBody(MissingNode.getInstance(), ProblemException.malformed("The body is not UTF-8."));
            }
            var json = JsonFields.json(body);
            return new OrderBody(
                    json,
                    json.isObject()
                            ? ProblemException.tooLarge(bytes)
                            : ProblemException.malformed(ProblemException.NO_OBJECT));
        } catch (JsonProcessingException e) {
            return new OrderBody(MissingNode.getInstance(), ProblemException.notJson(e));
        }
    }

    /** Returns the write key of the body; {@code null} where there is none. */
    String writeKey() {
        return json.path("writeKey").textValue();
    }

    /** @param faults receives the faults of the fields */
    JsonFields fields(List<String> faults) {
        return new JsonFields(json, "", faults);
    }
}
