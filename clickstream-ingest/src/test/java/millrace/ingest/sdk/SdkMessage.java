package millrace.ingest.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import millrace.events.Json;

/**
 * A message that a client says it delivered, or that is in the log.
 *
 * @param name of a page, a screen or what was tracked, else {@code null}
 */
public record SdkMessage(String type, String messageId, String name) {
    /** What a script prints; nothing where it printed nothing. */
    static List<SdkMessage> parse(String line) {
        try {
            return line == null ? List.of() : List.of(Json.MAPPER.readValue(line, SdkMessage[].class));
        } catch (IOException e) {
            throw new UncheckedIOException("Not what a script prints: " + line, e);
        }
    }

    /** Type and name. */
    String what() {
        return name == null ? type : type + " " + name;
    }
}
