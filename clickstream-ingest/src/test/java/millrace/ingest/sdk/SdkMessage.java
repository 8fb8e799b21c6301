package millrace.ingest.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import millrace.events.Json;

/**
 * A message that a client delivered, or that is on a channel.
 *
 * @param name of a page, a screen or a tracked event, else {@code null}
 */
public record SdkMessage(String type, String messageId, String name) {
    /** Parses the line that a script prints; empty where it printed none. */
    static List<SdkMessage> parse(String line) {
        try {
            return line == null ? List.of() : List.of(Json.MAPPER.readValue(line, SdkMessage[].class));
        } catch (IOException e) {
            throw new UncheckedIOException("Not what a script prints: " + line, e);
        }
    }

    /** Returns type and name. */
    String what() {
        return name == null ? type : type + " " + name;
    }
}
