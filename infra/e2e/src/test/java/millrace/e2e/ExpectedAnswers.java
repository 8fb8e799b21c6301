package millrace.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.Json;

/** Answers that a feed has predicted in its report. */
record ExpectedAnswers(JsonNode fields) {
    static ExpectedAnswers in(Path file) throws IOException {
        return new ExpectedAnswers(Json.MAPPER.readTree(file.toFile()));
    }

    String text(String field) {
        return fields.get(field).asText();
    }

    int number(String field) {
        return fields.get(field).asInt();
    }

    Map<String, Long> numbers(String field) {
        return numbers(field, "");
    }

    /** @param part pointer to the number in each row (RFC 6901) */
    Map<String, Long> numbers(String field, String part) {
        var numbers = new TreeMap<String, Long>();
        fields.get(field)
                .properties()
                .forEach(
                        row -> numbers.put(row.getKey(), row.getValue().at(part).asLong()));
        return numbers;
    }
}
