package millrace.ingest.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import millrace.ingest.form.JsonFields;
import millrace.ingest.form.Slice;
import millrace.ingest.form.Utf8Check;
import millrace.ingest.http.ProblemException;

/**
 * The body of a request that places an order.
 *
 * @param refusal why nothing of it can be taken; {@code null} where it can be
 */
public record OrderBody(JsonNode json, ProblemException refusal) {
    /** Reads even what is too long, because the write key may be there. */
    static OrderBody read(byte[] bytes) {
        try {
            var body = new Slice(bytes, 0, bytes.length);
            if (!Utf8Check.isUtf8(body)) {
                return new OrderBody(MissingNode.getInstance(), ProblemException.malformed("The body is not UTF-8."));
            }
            var json = JsonFields.json(body);
            return new OrderBody(
                    json, json.isObject() ? ProblemException.tooLarge(bytes) : ProblemException.malformed(ProblemException.NO_OBJECT));
        } catch (JsonProcessingException e) {
            return new OrderBody(MissingNode.getInstance(), ProblemException.noJson(e));
        }
    }

    /** {@code null} where there is none. */
    String writeKey() {
        return json.path("writeKey").textValue();
    }

    /** @param faults takes what is wrong with its fields */
    JsonFields form(List<String> faults) {
        return new JsonFields(json, "", faults);
    }
}
