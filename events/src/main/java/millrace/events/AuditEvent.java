package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Map;

/**
 * What was asked of the audit log, and what was done to its keys. Channel {@code audit-events}, keyed by what the event
 * is about. It is archived itself: who reads the log is on the log.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(AuditEvent.RecordsRead.class),
    @JsonSubTypes.Type(AuditEvent.SubjectErased.class),
    @JsonSubTypes.Type(AuditEvent.MasterKeyRotated.class)
})
public sealed interface AuditEvent {
    /** Same on every delivery of this event. */
    String eventId();

    /**
     * The record's key: {@code orders/ID}, {@code subjects/NUMBER}, {@code traces/ID}, {@code channels/NAME} or
     * {@code master-keys/ID}.
     */
    String about();

    /** Name of the API key that it was done with, or of the command. */
    String by();

    Instant timestamp();

    /**
     * An answer was given; written before it was.
     *
     * @param question the path that was asked, or the command, without what is in {@code parameters}
     * @param parameters all that was asked for, but never what names a person: that is a subject's number
     * @param records how many records the answer has, 0 where nothing was found
     * @param opened whether personal data was shown as it is and not as it is sealed
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
     * The key of a person is gone, and with it all that was sealed with it.
     *
     * @param subject number of the person in the archive, which says nothing about who it was
     * @param records how many archived records can be read no more
     */
    record SubjectErased(String eventId, String about, String by, long subject, long records, Instant timestamp)
            implements AuditEvent {}

    /**
     * The keys of all persons are wrapped by another master key.
     *
     * @param masterKey the new one's id, which is no secret
     * @param keys how many were wrapped anew
     */
    record MasterKeyRotated(String eventId, String about, String by, String masterKey, long keys, Instant timestamp)
            implements AuditEvent {}
}
