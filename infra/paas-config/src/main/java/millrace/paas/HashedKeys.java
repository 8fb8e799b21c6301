package millrace.paas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import millrace.events.Sha256;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * The keys that {@code WRITE_KEYS} or {@code API_KEYS} lists: entries with commas between them, each with the name of the
 * holder and the SHA-256 of its key. A process knows the hashes only, so that no key can be read from its settings.
 */
public final class HashedKeys {
    /** Form of {@code WRITE_KEYS}; the name is a source of events. */
    public static final String WRITE_KEYS = expected("name:sha256", "", "write");

    /** Role of an API key that reads everything and changes nothing. */
    public static final String READER = "reader";

    /** Role of an API key that has all permissions of a reader, and writes. */
    public static final String BACK_OFFICE = "back-office";

    /** Form of {@code API_KEYS}. */
    public static final String API_KEYS =
            expected("name:role:sha256", " role is " + READER + " or " + BACK_OFFICE + ",", "API");

    private static final List<String> API_ROLES = List.of(READER, BACK_OFFICE);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String REVOKED = "revoked";

    private final Map<String, Holder> holders = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * Holder of a key.
     *
     * @param role {@code null} for a write key
     * @param revoked true where the key is no longer valid
     */
    public record Holder(String name, String role, boolean revoked) {}

    private HashedKeys(String text, List<String> roles) {
        var entries = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*", -1);
        for (var i = 0; i < entries.length; i++) {
            add("entry " + (i + 1), entries[i], roles);
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfigVar("cannot be read: " + String.join(", ", faults));
        }
    }

    /**
     * Reads the form {@link #WRITE_KEYS}.
     *
     * @throws InvalidConfigVar that names every invalid entry and no hash
     */
    public static HashedKeys ofWriteKeys(String text) {
        return new HashedKeys(text, List.of());
    }

    /**
     * Reads the form {@link #API_KEYS}.
     *
     * @throws InvalidConfigVar that names every invalid entry and no hash
     */
    public static HashedKeys ofApiKeys(String text) {
        return new HashedKeys(text, API_ROLES);
    }

    /**
     * Returns the holder of a key; empty where the key is unknown. The lookup is by hash, so its duration tells nothing
     * about the known keys.
     */
    public Optional<Holder> holder(String key) {
        return Optional.ofNullable(holders.get(Sha256.hex(key)));
    }

    /** Returns the names of all holders, also of revoked keys. */
    public Set<String> names() {
        return holders.values().stream().map(Holder::name).collect(Collectors.toUnmodifiableSet());
    }

    public boolean isEmpty() {
        return holders.isEmpty();
    }

    private void add(String place, String entry, List<String> roles) {
        var fields = new ArrayList<>(List.of(entry.split(":", roles.isEmpty() ? 3 : 4)));
        var before = faults.size();
        var name = take(fields);
        if (!NAME.matcher(name).matches()) {
            faults.add(place + " has no name");
        }
        var role = roles.isEmpty() ? null : take(fields);
        if (role != null && !roles.contains(role)) {
            faults.add(place + " has no role");
        }
        var hash = take(fields);
        if (!HASH.matcher(hash).matches()) {
            faults.add(place + " has no SHA-256");
        }
        if (!fields.isEmpty() && !fields.equals(List.of(REVOKED))) {
            faults.add(place + " ends with something else than revoked");
        }
        if (faults.size() == before
                && holders.put(hash.toLowerCase(Locale.ROOT), new Holder(name, role, !fields.isEmpty())) != null) {
            faults.add(place + " has the key of an earlier one");
        }
    }

    private static String take(List<String> fields) {
        return fields.isEmpty() ? "" : fields.removeFirst();
    }

    private static String expected(String form, String role, String kind) {
        return form + ", with commas between several, where name is 1 to 64 of the characters A-Z a-z 0-9 . _ -,"
                + role + " and sha256 the 64 hexadecimal digits of the " + kind
                + " key's SHA-256; :revoked after it where it is not valid any more";
    }
}
