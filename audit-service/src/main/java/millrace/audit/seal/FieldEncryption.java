package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.audit.table.ArchivedRecord;
import millrace.events.Catalogue;
import millrace.events.CloudEvents;

/**
 * Encrypts personal data in the values of records before they are archived, and decrypts it for readers. The encrypted
 * value is hashed into the chain, so it can never be changed afterwards.
 */
@Singleton
public class FieldEncryption implements RecordDecryption {
    private static final byte[] TYPE = CloudEvents.TYPE.getBytes(UTF_8);

    private final Messages messages = new Messages(Catalogue.personalData());
    private final Optional<SubjectKeys> keys;

    @Inject
    public FieldEncryption(MasterKey master) {
        this(Optional.of(new SubjectKeys(master)));
    }

    private FieldEncryption(Optional<SubjectKeys> keys) {
        this.keys = keys;
    }

    /** Decrypts nothing, as if every person were erased: for callers without a master key. Cannot encrypt. */
    public static FieldEncryption withoutKeys() {
        return new FieldEncryption(Optional.empty());
    }

    /**
     * Encrypts a batch of records and creates the keys of new subjects in the connection's transaction. What is older than
     * the erasure of a person whom it names gets a key that is thrown away, so that reading it again does not bring the
     * person back.
     *
     * @return as many records, in the same order
     */
    public List<ArchivedRecord> encrypt(Connection connection, List<ArchivedRecord> records) throws SQLException {
        var found = records.stream().map(this::find).toList();
        var erased = erased(connection, records, found);
        var subjects = new HashSet<String>();
        for (var i = 0; i < records.size(); i++) {
            if (!found.get(i).isNothing() && !erased.containsKey(i)) {
                subjects.add(found.get(i).subject());
            }
        }
        if (subjects.isEmpty() && erased.isEmpty()) {
            return records;
        }
        var obtained = keys.orElseThrow().obtain(connection, subjects);
        var ofSeveral = found.stream()
                .filter(parts -> parts.isOfSeveral() && obtained.containsKey(parts.subject()))
                .toList();
        keys.orElseThrow().name(connection, ofSeveral, obtained);
        var encrypted = new ArrayList<ArchivedRecord>(records.size());
        for (var i = 0; i < records.size(); i++) {
            var key = erased.containsKey(i)
                    ? SubjectKey.thrownAway(erased.get(i))
                    : found.get(i).isNothing()
                            ? null
                            : obtained.get(found.get(i).subject());
            encrypted.add(key == null ? records.get(i) : encrypt(records.get(i), found.get(i), key));
        }
        return encrypted;
    }

    /** By index of the record, the erased subject. Records are newer than the last erasure, as a rule, and cost nothing. */
    private Map<Integer, Long> erased(Connection connection, List<ArchivedRecord> records, List<PersonalParts> found)
            throws SQLException {
        var last = keys.orElseThrow().lastErasureMs(connection);
        var names = new HashSet<String>();
        for (var i = 0; i < records.size(); i++) {
            if (records.get(i).timestampMs() < last) {
                names.addAll(found.get(i).names());
            }
        }
        if (names.isEmpty()) {
            return Map.of();
        }
        var erasures = keys.orElseThrow().erasures(connection, names);
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

    private PersonalParts find(ArchivedRecord record) {
        var found = messages.find(record.channel(), type(record), record.value());
        return found.isNothing() ? found : found.withNames(Messages.nobody(record.channel(), record.key()));
    }

    private static ArchivedRecord encrypt(ArchivedRecord record, PersonalParts found, SubjectKey key) {
        return record.withValue(Seal.encrypt(record.value(), found, coordinates(record), key), key.id());
    }

    /**
     * Restores the original values; data of erased persons is redacted.
     *
     * @throws SealBroken if an encrypted value was changed
     */
    @Override
    public List<DecryptedRecord> decrypt(Connection connection, List<ArchivedRecord> records) throws SQLException {
        var subjects = records.stream()
                .map(ArchivedRecord::subject)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        var found = keys.isEmpty() ? Map.<Long, SubjectKey>of() : keys.get().of(connection, subjects);
        return records.stream().map(record -> decrypt(record, found)).toList();
    }

    /** Ten subjects at most whose key no master key can unwrap; none without a master key. */
    public List<Long> changedKeys(Connection connection) throws SQLException {
        return keys.isEmpty() ? List.of() : keys.get().changed(connection);
    }

    private static DecryptedRecord decrypt(ArchivedRecord record, Map<Long, SubjectKey> keys) {
        if (record.subject() == null) {
            return DecryptedRecord.asArchived(record);
        }
        var key = Optional.ofNullable(keys.get(record.subject()));
        var decrypted = Seal.decrypt(record.value(), coordinates(record), record.subject(), key);
        return new DecryptedRecord(record.withValue(decrypted.value(), record.subject()), decrypted.redacted());
    }

    /** The coordinates that the encryption of a value is bound to. */
    public static RecordCoordinates coordinates(ArchivedRecord record) {
        return new RecordCoordinates(record.channel(), record.partition(), record.life(), record.offset());
    }

    private static String type(ArchivedRecord record) {
        for (var i = 0; i < record.headerNames().length; i++) {
            if (Arrays.equals(record.headerNames()[i], TYPE)) {
                var type = record.headerValues()[i];
                return type == null ? null : new String(type, UTF_8);
            }
        }
        return null;
    }
}
