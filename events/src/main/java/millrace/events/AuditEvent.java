package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Map;

/**
 * A request to the audit log, or a change of its keys. Channel {@code audit-events}, keyed by the subject of the event.
 * The channel is archived itself, so that every access to the log is in the log.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(AuditEvent.RecordsRead.class),
    @JsonSubTypes.Type(AuditEvent.SubjectErased.class),
    @JsonSubTypes.Type(AuditEvent.MasterKeyRotated.class)
})
public sealed interface AuditEvent {
    /** The id, equal on every delivery of this event. */
    String eventId();

    /**
     * The record's key: {@code orders/ID}, {@code subjects/NUMBER}, {@code traces/ID}, {@code channels/NAME} or
     * {@code master-keys/ID}.
     */
    String about();

    /** Name of the API key or of the command that caused the event. */
    String by();

    Instant timestamp();

    /**
     * Records were read; the event is written before the answer is given.
     *
     * @param question path of the request, or the command, without what is in {@code parameters}
     * @param parameters of the request; instead of a person's id they contain the subject's number
     * @param records number of records in the answer, 0 where none was found
     * @param opened true if personal data was shown decrypted
     */
    record RecordsRead(
            String eventId,
            String about,
            String by,
            String question,
            Map<String, String> parameters,
            long records,
            boolean opened,
            Instant timestamp)
            implements AuditEvent {}

    /**
     * The key of a person was erased, and with it all data that was encrypted with it.
     *
     * @param subject number of the person in the archive, which does not identify the person
     * @param fingerprint keyed hash of the person's name, in hexadecimal digits, which tells the name again and does not
     *     reveal it
     * @param records number of archived records that can no longer be read in full
     */
    record SubjectErased(
            String eventId, String about, String by, long subject, String fingerprint, long records, Instant timestamp)
            implements AuditEvent {}

    /**
     * The keys of all persons were wrapped with another master key.
     *
     * @param masterKey id of the new master key, which is no secret
     * @param keys number of keys that were wrapped again
     */
    record MasterKeyRotated(String eventId, String about, String by, String masterKey, long keys, Instant timestamp)
            implements AuditEvent {}
}
