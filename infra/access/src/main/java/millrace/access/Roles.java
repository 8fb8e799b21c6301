package millrace.access;

import java.util.Map;
import java.util.Set;
import millrace.paas.HashedKeys;

/** Roles of API keys: the values of {@code @RolesAllowed}. */
public final class Roles {
    /** Reads everything and changes nothing. */
    public static final String READER = HashedKeys.READER;
    /** Has all permissions of a reader, and writes. */
    public static final String BACK_OFFICE = HashedKeys.BACK_OFFICE;

    private static final Map<String, Set<String>> GRANTED =
            Map.of(READER, Set.of(READER), BACK_OFFICE, Set.of(READER, BACK_OFFICE));

    private Roles() {}

    /** Returns the roles that a role includes, itself among them; empty where the role is unknown. */
    static Set<String> granted(String role) {
        return GRANTED.getOrDefault(role, Set.of());
    }
}
