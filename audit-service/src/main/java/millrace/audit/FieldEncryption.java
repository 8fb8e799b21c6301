package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.audit.restore.DecryptedRecord;
import millrace.audit.restore.RecordDecryption;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.Messages;
import millrace.audit.seal.RecordCoordinates;
import millrace.audit.seal.Seal;
import millrace.audit.seal.SealBroken;
import millrace.audit.seal.Sealer;
import millrace.audit.seal.SubjectKey;
import millrace.audit.seal.SubjectKeys;
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

    private final Optional<SubjectKeys> keys;
    private final Sealer sealer;

    @Inject
    public FieldEncryption(MasterKey master) {
        this(Optional.of(new SubjectKeys(master)));
    }

    private FieldEncryption(Optional<SubjectKeys> keys) {
        this.keys = keys;
        this.sealer = keys.map(some -> new Sealer(new Messages(Catalogue.personalData()), some))
                .orElse(null);
    }

    /** Decrypts nothing, as if every person were erased: for callers without a master key. Cannot encrypt. */
    public static FieldEncryption withoutKeys() {
        return new FieldEncryption(Optional.empty());
    }

    /** Encrypts a batch of records and creates the keys of new subjects. @return as many records, in the same order */
    public List<ArchivedRecord> encrypt(Connection connection, List<ArchivedRecord> records) throws SQLException {
        var encrypted = sealer.seal(
                connection, records.stream().map(FieldEncryption::plain).toList());
        var result = new ArrayList<ArchivedRecord>(records.size());
        for (var i = 0; i < records.size(); i++) {
            var subject = encrypted.get(i).subject();
            result.add(
                    subject == null
                            ? records.get(i)
                            : records.get(i).withValue(encrypted.get(i).value(), subject));
        }
        return result;
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

    private static Sealer.Plain plain(ArchivedRecord record) {
        return new Sealer.Plain(coordinates(record), type(record), record.timestampMs(), record.key(), record.value());
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
