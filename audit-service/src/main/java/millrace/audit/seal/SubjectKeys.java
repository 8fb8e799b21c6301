package millrace.audit.seal;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * The data keys of subjects, wrapped in the table {@code audit_keys.subjects}. A key is made before the first record of its
 * subject is archived; of two processes that make one at once the second waits and takes the first's.
 */
public final class SubjectKeys {
    private static final Logger LOG = Logger.getLogger(SubjectKeys.class);
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

    private static final String LAST_ERASURE =
            "SELECT (extract(epoch FROM last_at) * 1000)::bigint FROM audit_keys.erasures";

    private static final String ERASURES = """
            SELECT fingerprint, max(id), (extract(epoch FROM max(erased_at)) * 1000)::bigint FROM audit_keys.subjects
            WHERE fingerprint = ANY (?) GROUP BY fingerprint""";

    private static final String ALL =
            "SELECT id, subject, wrapped, master_key FROM audit_keys.subjects WHERE wrapped IS NOT NULL ORDER BY id";

    /** An erasure by name still finds it, and the key can be put back by hand. */
    private static final String NAME_LOST = """
            INSERT INTO audit_keys.names (subject, name) SELECT id, subject FROM audit_keys.subjects
            WHERE id = ANY (?) AND NOT subject LIKE 'lost:%' ON CONFLICT DO NOTHING""";

    private static final String SET_ASIDE = """
            UPDATE audit_keys.subjects SET subject = 'lost:' || id || ':' || subject
            WHERE id = ANY (?) AND NOT subject LIKE 'lost:%'""";

    private static final int PAGE = 1000;
    private static final int MOST_CHANGED = 10;

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

    /** An erasure of a subject, which the fingerprint of a name tells. */
    record Erasure(long subject, long atMs) {}

    /** The time of the last erasure, in milliseconds since 1970; before all times if there was none. */
    long lastErasureMs(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(LAST_ERASURE);
                var row = statement.executeQuery()) {
            return row.next() && row.getObject(1) != null ? row.getLong(1) : Long.MIN_VALUE;
        }
    }

    /** The last erasure of each of the names that was erased, by name. */
    Map<String, Erasure> erasures(Connection connection, Collection<String> names) throws SQLException {
        var byFingerprint = new HashMap<ByteBuffer, String>();
        for (var name : names) {
            master.fingerprints(name).forEach(print -> byFingerprint.put(ByteBuffer.wrap(print), name));
        }
        var prints = byFingerprint.keySet().stream().map(ByteBuffer::array).toArray(byte[][]::new);
        try (var statement = connection.prepareStatement(ERASURES)) {
            statement.setArray(1, connection.createArrayOf("bytea", prints));
            var erasures = new HashMap<String, Erasure>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    erasures.put(
                            byFingerprint.get(ByteBuffer.wrap(rows.getBytes(1))),
                            new Erasure(rows.getLong(2), rows.getLong(3)));
                }
            }
            return erasures;
        }
    }

    /** Ten subjects at most whose key was changed: those that were set aside, and those that were not used since. */
    public List<Long> changed(Connection connection) throws SQLException {
        var changed = new ArrayList<Long>();
        try (var statement = connection.prepareStatement(ALL)) {
            statement.setFetchSize(PAGE);
            try (var rows = statement.executeQuery()) {
                while (rows.next() && changed.size() < MOST_CHANGED) {
                    try {
                        unwrap(rows.getLong("id"), SubjectRow.of(rows));
                    } catch (CannotUnwrap e) {
                        changed.add(rows.getLong("id"));
                    }
                }
            }
        }
        return changed;
    }

    /** The keys of subjects by their ids; those that are erased, or whose key was changed, have none. */
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
                        unwrapped(rows).ifPresent(key -> keys.put(key.id(), key));
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
            var lost = new ArrayList<Long>();
            try (var rows = statement.executeQuery()) {
                var read = read(rows, lost);
                setAside(connection, lost);
                return read;
            }
        }
    }

    /** Frees the names of keys that were changed, so that new keys are made: one person does not stop the archive. */
    private static void setAside(Connection connection, List<Long> lost) throws SQLException {
        if (lost.isEmpty()) {
            return;
        }
        LOG.errorf("The data keys of the subjects %s were changed; their persons get new ones", lost);
        try (var name = connection.prepareStatement(NAME_LOST);
                var free = connection.prepareStatement(SET_ASIDE)) {
            var ids = connection.createArrayOf("bigint", lost.toArray());
            name.setArray(1, ids);
            name.executeUpdate();
            free.setArray(1, ids);
            free.executeUpdate();
        }
    }

    private Read read(ResultSet rows, List<Long> lost) throws SQLException {
        var erasures = 0L;
        var keys = new HashMap<String, SubjectKey>();
        var lasting = new HashMap<String, SubjectKey>();
        while (rows.next()) {
            erasures = rows.getLong("erasures");
            var row = SubjectRow.of(rows);
            var key = row.subject() == null ? Optional.<SubjectKey>empty() : unwrapped(rows);
            if (key.isPresent()) {
                keys.put(row.subject(), key.get());
                if (rows.getBoolean("lasting")) {
                    lasting.put(row.subject(), key.get());
                }
            } else if (row.subject() != null) {
                lost.add(rows.getLong("id"));
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

    /** Empty if the key was changed. */
    private Optional<SubjectKey> unwrapped(ResultSet row) throws SQLException {
        try {
            return Optional.of(unwrap(row.getLong("id"), SubjectRow.of(row)));
        } catch (CannotUnwrap e) {
            if (e.isChanged()) {
                return Optional.empty();
            }
            throw e;
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
