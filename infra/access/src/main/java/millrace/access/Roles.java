package millrace.access;

import java.util.Map;
import java.util.Set;

/** What the holder of an API key may do: the values of {@code @RolesAllowed}. */
public final class Roles {
    /** May read everything, and change nothing. */
    public static final String READER = "reader";
    /** May do all that a reader may, and write. */
    public static final String BACK_OFFICE = "back-office";

    private static final Map<String, Set<String>> GRANTED =
            Map.of(READER, Set.of(READER), BACK_OFFICE, Set.of(READER, BACK_OFFICE));

    private Roles() {}

    /** The roles that come with a role, itself among them; none where there is no such role. */
    static Set<String> granted(String role) {
        return GRANTED.getOrDefault(role, Set.of());
    }
}
