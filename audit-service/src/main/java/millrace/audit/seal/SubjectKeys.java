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
import java.util.stream.Collectors;
import millrace.audit.table.JdbcStatements;
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
            "SELECT (extract(epoch FROM last_at) * 1000)::bigint FROM audit_keys.erasures WHERE last_at IS NOT NULL";

    private static final String ERASURES = """
            SELECT fingerprint, max(id), (extract(epoch FROM max(erased_at)) * 1000)::bigint FROM audit_keys.subjects
            WHERE fingerprint = ANY (?) GROUP BY fingerprint""";

    private static final String OF =
            "SELECT id, subject, wrapped, master_key FROM audit_keys.subjects WHERE id = ANY (?)";
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
        var names = new TreeSet<>(Comparator.comparingLong(Name::subject).thenComparing(Name::name));
        for (var found : ofSeveral) {
            var subject = keys.get(found.subject()).id();
            found.names().forEach(name -> names.add(new Name(subject, name)));
        }
        if (!names.isEmpty()) {
            JdbcStatements.execute(
                    connection,
                    NAME,
                    names.stream().map(Name::name).toArray(String[]::new),
                    names.stream().map(Name::subject).toArray(Long[]::new));
        }
    }

    private record Name(long subject, String name) {}

    /** An erasure of a subject, which the fingerprint of a name tells. */
    record Erasure(long subject, long atMs) {}

    /** The time of the last erasure, in milliseconds since 1970; before all times if there was none. */
    long lastErasureMs(Connection connection) throws SQLException {
        return JdbcStatements.first(connection, LAST_ERASURE, row -> row.getLong(1))
                .orElse(Long.MIN_VALUE);
    }

    /** The last erasure of each of the names that was erased, by name. */
    Map<String, Erasure> erasures(Connection connection, Collection<String> names) throws SQLException {
        var byFingerprint = new HashMap<ByteBuffer, String>();
        for (var name : names) {
            master.fingerprints(name).forEach(print -> byFingerprint.put(ByteBuffer.wrap(print), name));
        }
        var prints = byFingerprint.keySet().stream().map(ByteBuffer::array).toArray(byte[][]::new);
        var erasures = new HashMap<String, Erasure>();
        JdbcStatements.query(
                connection,
                ERASURES,
                row -> erasures.put(
                        byFingerprint.get(ByteBuffer.wrap(row.getBytes(1))),
                        new Erasure(row.getLong(2), row.getLong(3))),
                (Object) prints);
        return erasures;
    }

    /** Ten subjects at most whose key was changed: those that were set aside, and those that were not used since. */
    public List<Long> changed(Connection connection) throws SQLException {
        var changed = new ArrayList<Long>();
        try (var statement = connection.prepareStatement(ALL)) {
            statement.setFetchSize(PAGE);
            try (var rows = statement.executeQuery()) {
                while (rows.next() && changed.size() < MOST_CHANGED) {
                    try {
                        unwrap(rows);
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
        return ids.isEmpty()
                ? Map.of()
                : JdbcStatements.query(connection, OF, this::unwrapped, (Object) ids.toArray(Long[]::new)).stream()
                        .flatMap(Optional::stream)
                        .collect(Collectors.toMap(SubjectKey::id, key -> key));
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
        var keys = new HashMap<String, SubjectKey>();
        var lasting = new HashMap<String, SubjectKey>();
        var lost = new ArrayList<Long>();
        var erasures = JdbcStatements.query(
                connection,
                SELECT,
                row -> {
                    var subject = row.getString("subject");
                    var key = subject == null ? Optional.<SubjectKey>empty() : unwrapped(row);
                    if (key.isPresent()) {
                        keys.put(subject, key.get());
                        if (row.getBoolean("lasting")) {
                            lasting.put(subject, key.get());
                        }
                    } else if (subject != null) {
                        lost.add(row.getLong("id"));
                    }
                    return row.getLong("erasures");
                },
                (Object) subjects.toArray(String[]::new));
        if (!lost.isEmpty()) {
            setAside(connection, lost);
        }
        return new Read(erasures.isEmpty() ? 0 : erasures.getFirst(), keys, lasting);
    }

    /** Frees the names of keys that were changed, so that new keys are made: one person does not stop the archive. */
    private static void setAside(Connection connection, List<Long> lost) throws SQLException {
        LOG.errorf("The data keys of the subjects %s were changed; their persons get new ones", lost);
        JdbcStatements.execute(connection, NAME_LOST, (Object) lost.toArray(Long[]::new));
        JdbcStatements.execute(connection, SET_ASIDE, (Object) lost.toArray(Long[]::new));
    }

    /** In one order, so that two processes never wait for each other. */
    private Map<String, SubjectKey> make(Connection connection, Set<String> subjects) throws SQLException {
        var fresh = new TreeMap<String, byte[]>();
        subjects.forEach(subject -> fresh.put(subject, MasterKey.random(AesGcm.KEY)));
        var wrapped = fresh.entrySet().stream()
                .map(one -> master.wrap(one.getValue(), one.getKey()))
                .toArray(byte[][]::new);
        var made = new HashMap<String, SubjectKey>();
        JdbcStatements.query(
                connection,
                INSERT,
                row -> made.put(row.getString(2), new SubjectKey(row.getLong(1), fresh.get(row.getString(2)))),
                master.id(),
                fresh.keySet().toArray(String[]::new),
                wrapped);
        return made;
    }

    /** Empty if the key is destroyed or was changed. */
    private Optional<SubjectKey> unwrapped(ResultSet row) throws SQLException {
        try {
            return row.getBytes("wrapped") == null ? Optional.empty() : Optional.of(unwrap(row));
        } catch (CannotUnwrap e) {
            if (e.isChanged()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private SubjectKey unwrap(ResultSet row) throws SQLException {
        var key = master.unwrap(row.getBytes("wrapped"), row.getString("master_key"), row.getString("subject"));
        return new SubjectKey(row.getLong("id"), key);
    }

    private static Set<String> missing(Set<String> subjects, Map<String, SubjectKey> keys) {
        var missing = new HashSet<>(subjects);
        missing.removeAll(keys.keySet());
        return missing;
    }
}
