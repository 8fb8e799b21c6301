package millrace.paas;

/** What a process cannot run without; in {@code millrace.requires} of a service in lower case, separated by commas. */
public enum Need {
    /** {@code KAFKA_URL}; for {@code kafka+ssl://} the certificates too. {@code KAFKA_PREFIX} may be absent. */
    KAFKA,
    /** {@code DATABASE_URL}. */
    DATABASE,
    /** {@code PORT}. A process that does not need it uses it where there is one. */
    PORT,
    /** {@code AUDIT_MASTER_KEY}; {@code AUDIT_MASTER_KEY_PREVIOUS} while it is being replaced. */
    MASTER_KEY
}
