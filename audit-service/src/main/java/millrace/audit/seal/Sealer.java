package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Seals the values of a batch of records. */
public final class Sealer {
    private final Messages messages;
    private final SubjectKeys keys;

    public Sealer(Messages messages, SubjectKeys keys) {
        this.messages = messages;
        this.keys = keys;
    }

    /**
     * A record as the broker gave it.
     *
     * @param type value of its header {@code ce_type}; {@code null} where there is none
     * @param timestampMs of the record, in milliseconds since 1970
     */
    public record Plain(RecordCoordinates coordinates, String type, long timestampMs, byte[] key, byte[] value) {}

    /** @param subject id of the person whose key opens it; {@code null} where it is as it was */
    public record Sealed(Long subject, byte[] value) {}

    /**
     * In the same order. Makes the keys of new subjects in the connection's transaction. What is older than the erasure of
     * a person whom it names gets a key that is thrown away, so that reading it again does not bring the person back.
     */
    public List<Sealed> seal(Connection connection, List<Plain> records) throws SQLException {
        var found = records.stream().map(this::find).toList();
        var erased = erased(connection, records, found);
        var subjects = new HashSet<String>();
        for (var i = 0; i < records.size(); i++) {
            if (!found.get(i).isNothing() && !erased.containsKey(i)) {
                subjects.add(found.get(i).subject());
            }
        }
        if (subjects.isEmpty() && erased.isEmpty()) {
            return records.stream()
                    .map(record -> new Sealed(null, record.value()))
                    .toList();
        }
        var obtained = keys.obtain(connection, subjects);
        keys.name(
                connection,
                found.stream()
                        .filter(one -> one.isOfSeveral() && obtained.containsKey(one.subject()))
                        .toList(),
                obtained);
        var sealed = new ArrayList<Sealed>(records.size());
        for (var i = 0; i < records.size(); i++) {
            sealed.add(
                    erased.containsKey(i)
                            ? seal(records.get(i), found.get(i), SubjectKey.thrownAway(erased.get(i)))
                            : seal(
                                    records.get(i),
                                    found.get(i),
                                    found.get(i).isNothing()
                                            ? null
                                            : obtained.get(found.get(i).subject())));
        }
        return sealed;
    }

    /** By index of the record, the erased subject. Records are newer than the last erasure, as a rule, and cost nothing. */
    private Map<Integer, Long> erased(Connection connection, List<Plain> records, List<PersonalParts> found)
            throws SQLException {
        var last = keys.lastErasureMs(connection);
        var names = new HashSet<String>();
        for (var i = 0; i < records.size(); i++) {
            if (!found.get(i).isNothing() && records.get(i).timestampMs() < last) {
                names.addAll(found.get(i).names());
            }
        }
        if (names.isEmpty()) {
            return Map.of();
        }
        var erasures = keys.erasures(connection, names);
        var erased = new HashMap<Integer, Long>();
        for (var i = 0; i < records.size(); i++) {
            for (var name : found.get(i).names()) {
                var erasure = erasures.get(name);
                if (erasure != null && records.get(i).timestampMs() < erasure.atMs()) {
                    erased.put(i, erasure.subject());
                }
            }
        }
        return erased;
    }

    private PersonalParts find(Plain record) {
        var coordinates = record.coordinates();
        var found = messages.find(coordinates.channel(), record.type(), record.value());
        return found.isNothing() ? found : found.withNames(Messages.nobody(coordinates.channel(), record.key()));
    }

    private static Sealed seal(Plain record, PersonalParts found, SubjectKey key) {
        if (found.isNothing()) {
            return new Sealed(null, record.value());
        }
        return new Sealed(key.id(), Seal.encrypt(record.value(), found, record.coordinates(), key));
    }
}
