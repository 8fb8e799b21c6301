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
import millrace.audit.chain.KeptRecord;
import millrace.audit.restore.OpenedRecord;
import millrace.audit.restore.Opening;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.Messages;
import millrace.audit.seal.Place;
import millrace.audit.seal.Seal;
import millrace.audit.seal.SealBroken;
import millrace.audit.seal.Sealer;
import millrace.audit.seal.SubjectKey;
import millrace.audit.seal.SubjectKeys;
import millrace.events.Catalogue;
import millrace.events.CloudEvents;

/**
 * Decides what of a record is archived, between the poll and the rows: its value's bytes and whose data is in them. What is
 * returned is hashed, so it can never change afterwards.
 */
@Singleton
public class Sealing implements Opening {
    private static final byte[] TYPE = CloudEvents.TYPE.getBytes(UTF_8);

    private final Optional<SubjectKeys> keys;
    private final Sealer sealer;

    @Inject
    public Sealing(MasterKey master) {
        this(Optional.of(new SubjectKeys(master)));
    }

    private Sealing(Optional<SubjectKeys> keys) {
        this.keys = keys;
        this.sealer = keys.map(some -> new Sealer(new Messages(Catalogue.personalData()), some))
                .orElse(null);
    }

    /** Opens nothing, as if everybody were erased: for who has no master key. Cannot seal. */
    public static Sealing withoutKeys() {
        return new Sealing(Optional.empty());
    }

    /** All records of a batch at once; as many come back, in the same order. Makes the keys of new subjects. */
    public List<KeptRecord> seal(Connection connection, List<KeptRecord> read) throws SQLException {
        var sealed = sealer.seal(connection, read.stream().map(Sealing::plain).toList());
        var kept = new ArrayList<KeptRecord>(read.size());
        for (var i = 0; i < read.size(); i++) {
            var subject = sealed.get(i).subject();
            kept.add(
                    subject == null
                            ? read.get(i)
                            : read.get(i).sealed(sealed.get(i).value(), subject));
        }
        return kept;
    }

    /**
     * The other way, for who reads the archive: the values as the records had them, and of erased persons what is not about
     * them.
     *
     * @throws SealBroken where one was changed
     */
    @Override
    public List<OpenedRecord> open(Connection connection, List<KeptRecord> records) throws SQLException {
        var subjects = records.stream()
                .map(KeptRecord::subject)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        var found = keys.isEmpty() ? Map.<Long, SubjectKey>of() : keys.get().of(connection, subjects);
        return records.stream().map(record -> open(record, found)).toList();
    }

    private static OpenedRecord open(KeptRecord record, Map<Long, SubjectKey> keys) {
        if (record.subject() == null) {
            return OpenedRecord.asArchived(record);
        }
        var key = Optional.ofNullable(keys.get(record.subject()));
        var opened = Seal.open(record.value(), place(record), record.subject(), key);
        return new OpenedRecord(record.sealed(opened.value(), record.subject()), opened.redacted());
    }

    /** Where the value of a record lies. */
    public static Place place(KeptRecord record) {
        return new Place(record.channel(), record.partition(), record.life(), record.offset());
    }

    private static Sealer.Plain plain(KeptRecord record) {
        return new Sealer.Plain(place(record), type(record), record.key(), record.value());
    }

    private static String type(KeptRecord record) {
        for (var i = 0; i < record.headerNames().length; i++) {
            if (Arrays.equals(record.headerNames()[i], TYPE)) {
                var type = record.headerValues()[i];
                return type == null ? null : new String(type, UTF_8);
            }
        }
        return null;
    }
}
