package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
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
     */
    public record Plain(RecordCoordinates coordinates, String type, byte[] key, byte[] value) {}

    /** @param subject id of the person whose key opens it; {@code null} where it is as it was */
    public record Sealed(Long subject, byte[] value) {}

    /** In the same order. Makes the keys of new subjects in the connection's transaction. */
    public List<Sealed> seal(Connection connection, List<Plain> records) throws SQLException {
        var found = records.stream().map(this::find).toList();
        var subjects = new HashSet<String>();
        found.stream().filter(one -> !one.isNothing()).forEach(one -> subjects.add(one.subject()));
        if (subjects.isEmpty()) {
            return records.stream()
                    .map(record -> new Sealed(null, record.value()))
                    .toList();
        }
        var obtained = keys.obtain(connection, subjects);
        keys.name(connection, found.stream().filter(PersonalParts::isOfSeveral).toList(), obtained);
        var sealed = new ArrayList<Sealed>(records.size());
        for (var i = 0; i < records.size(); i++) {
            sealed.add(seal(records.get(i), found.get(i), obtained));
        }
        return sealed;
    }

    private PersonalParts find(Plain record) {
        var coordinates = record.coordinates();
        var found = messages.find(coordinates.channel(), record.type(), record.value());
        return found.isNothing() ? found : found.withNames(Messages.nobody(coordinates.channel(), record.key()));
    }

    private static Sealed seal(Plain record, PersonalParts found, Map<String, SubjectKey> keys) {
        if (found.isNothing()) {
            return new Sealed(null, record.value());
        }
        var key = keys.get(found.subject());
        return new Sealed(key.id(), Seal.encrypt(record.value(), found, record.coordinates(), key));
    }
}
