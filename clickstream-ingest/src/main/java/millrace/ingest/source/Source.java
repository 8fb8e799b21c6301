package millrace.ingest.source;

import java.util.Optional;
import java.util.Set;

/**
 * Somebody who may write, and what is asked of what they write.
 *
 * @param origins where its pages may be; empty where they may be anywhere
 * @param kinds what it may send, as {@link Sources#KINDS} names them; empty where it may send everything
 * @param address what becomes of the addresses of its visitors
 * @param honoursSignals whether a visitor who asks for privacy ({@code Sec-GPC}, {@code DNT}) is left alone
 * @param quota empty where it may send as fast as it likes
 */
public record Source(
        String name,
        Set<String> origins,
        Set<String> kinds,
        Address address,
        boolean honoursSignals,
        Optional<Quota> quota) {

    /** One of which nothing special is asked. */
    public static Source named(String name) {
        return new Source(name, Set.of(), Set.of(), Address.TRUNCATED, true, Optional.empty());
    }

    public boolean allowsOrigin(String origin) {
        return origins.isEmpty() || origins.contains(origin);
    }

    public boolean allows(String kind) {
        return kinds.isEmpty() || kinds.contains(kind);
    }
}
