package millrace.audit.seal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The data keys of subjects, wrapped in the table {@code audit_keys.subjects}. A key is made before the first record of its
 * subject is archived; of two processes that make one at once the second waits and takes the first's.
 */
public final class SubjectKeys {
    /** Some 300 bytes each and the name, which is short: 20 MB at most. */
    private static final int REMEMBERED = 50_000;

    /** Each time another process has to make and erase a subject between two statements. */
    private static final int ATTEMPTS = 5;

    /** What this transaction has made itself may be rolled back; its time is this transaction's own. */
    private static final String SELECT = """
            SELECT e.erasures, s.id, s.subject, s.wrapped, s.master_key, s.created_at < now() AS lasting
            FROM audit_keys.erasures e LEFT JOIN audit_keys.subjects s ON s.subject = ANY (?)""";

    private static final String INSERT = """
            INSERT INTO audit_keys.subjects (subject, wrapped, master_key)
            SELECT subject, wrapped, ? FROM unnest(?, ?) made(subject, wrapped)
            ON CONFLICT (subject) DO NOTHING RETURNING id, subject""";

    private static final String NAME = """
            INSERT INTO audit_keys.names (name, subject) SELECT * FROM unnest(?, ?) ON CONFLICT DO NOTHING""";

    private final MasterKey master;
    private final KeyCache cache = new KeyCache(REMEMBERED);

    public SubjectKeys(MasterKey master) {
        this.master = master;
    }

    /** The key of each of these subjects, made where there is none: one statement, two where some are new. */
    Map<String, SubjectKey> obtain(Connection connection, Set<String> subjects) throws SQLException {
        var keys = known(connection, subjects);
        for (var attempt = 1; keys.size() < subjects.size(); attempt++) {
            if (attempt > ATTEMPTS) {
                throw new SQLException("Some of " + subjects.size() + " subjects were erased each time they were made");
            }
            keys.putAll(make(connection, missing(subjects, keys)));
            if (keys.size() < subjects.size()) {
                keys.putAll(read(connection, missing(subjects, keys)).keys());
            }
        }
        return keys;
    }

    /** Writes down whose the keys of several are, in one order, so that two processes never wait for each other. */
    void name(Connection connection, List<PersonalParts> ofSeveral, Map<String, SubjectKey> keys) throws SQLException {
        if (ofSeveral.isEmpty()) {
            return;
        }
        var names = new TreeSet<Name>();
        for (var found : ofSeveral) {
            var subject = keys.get(found.subject()).id();
            found.names().forEach(name -> names.add(new Name(subject, name)));
        }
        try (var statement = connection.prepareStatement(NAME)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", names.stream().map(Name::name).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", names.stream().map(Name::subject).toArray()));
            statement.executeUpdate();
        }
    }

    private record Name(long subject, String name) implements Comparable<Name> {
        private static final Comparator<Name> ORDER =
                Comparator.comparingLong(Name::subject).thenComparing(Name::name);

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }
    }

    /** The keys of subjects by their ids; those that are erased have none. */
    public Map<Long, SubjectKey> of(Connection connection, Collection<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var select = "SELECT id, subject, wrapped, master_key FROM audit_keys.subjects WHERE id = ANY (?)";
        try (var statement = connection.prepareStatement(select)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            var keys = new HashMap<Long, SubjectKey>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getBytes("wrapped") != null) {
                        keys.put(rows.getLong("id"), unwrap(rows.getLong("id"), SubjectRow.of(rows)));
                    }
                }
            }
            return keys;
        }
    }

    /** @param lasting those that stay whatever becomes of this transaction */
    private record Read(long erasures, Map<String, SubjectKey> keys, Map<String, SubjectKey> lasting) {}

    private Map<String, SubjectKey> known(Connection connection, Set<String> subjects) throws SQLException {
        var keys = new HashMap<String, SubjectKey>();
        subjects.forEach(subject -> cache.get(subject).ifPresent(key -> keys.put(subject, key)));
        var read = read(connection, missing(subjects, keys));
        if (!cache.holds(read.erasures()) && !keys.isEmpty()) {
            keys.clear();
            read = read(connection, subjects);
        }
        keys.putAll(read.keys());
        cache.remember(read.lasting(), read.erasures());
        return keys;
    }

    private Read read(Connection connection, Set<String> subjects) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT)) {
            statement.setArray(1, connection.createArrayOf("text", subjects.toArray()));
            try (var rows = statement.executeQuery()) {
                return read(rows);
            }
        }
    }

    private Read read(ResultSet rows) throws SQLException {
        var erasures = 0L;
        var keys = new HashMap<String, SubjectKey>();
        var lasting = new HashMap<String, SubjectKey>();
        while (rows.next()) {
            erasures = rows.getLong("erasures");
            var row = SubjectRow.of(rows);
            if (row.subject() != null) {
                keys.put(row.subject(), unwrap(rows.getLong("id"), row));
                if (rows.getBoolean("lasting")) {
                    lasting.put(row.subject(), keys.get(row.subject()));
                }
            }
        }
        return new Read(erasures, keys, lasting);
    }

    /** In one order, so that two processes never wait for each other. */
    private Map<String, SubjectKey> make(Connection connection, Set<String> subjects) throws SQLException {
        var fresh = new TreeMap<String, byte[]>();
        subjects.forEach(subject -> fresh.put(subject, MasterKey.random(AesGcm.KEY)));
        var wrapped = fresh.entrySet().stream()
                .map(one -> master.wrap(one.getValue(), one.getKey()))
                .toArray(byte[][]::new);
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, master.id());
            statement.setArray(
                    2, connection.createArrayOf("text", fresh.keySet().toArray()));
            statement.setArray(3, connection.createArrayOf("bytea", wrapped));
            var made = new HashMap<String, SubjectKey>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var subject = rows.getString("subject");
                    made.put(subject, new SubjectKey(rows.getLong("id"), fresh.get(subject)));
                }
            }
            return made;
        }
    }

    private SubjectKey unwrap(long id, SubjectRow row) {
        return new SubjectKey(id, master.unwrap(row.wrapped(), row.masterKey(), row.subject()));
    }

    private static Set<String> missing(Set<String> subjects, Map<String, SubjectKey> keys) {
        var missing = new HashSet<>(subjects);
        missing.removeAll(keys.keySet());
        return missing;
    }
}
