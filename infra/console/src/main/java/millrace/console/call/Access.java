package millrace.console.call;

import java.util.Optional;

/**
 * What a session may do at the services. On one machine every session has all keys; elsewhere only the key that its
 * person has typed.
 *
 * @param readerKey API key of the role reader
 * @param backOfficeKey API key of the role back-office
 * @param writeKey of the source {@code shop}
 */
public record Access(Optional<String> readerKey, Optional<String> backOfficeKey, Optional<String> writeKey) {
    public static final Access NONE = new Access(Optional.empty(), Optional.empty(), Optional.empty());
}
