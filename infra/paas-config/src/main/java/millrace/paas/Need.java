package millrace.paas;

/**
 * A resource that a process requires. {@code millrace.requires} of a service lists them in lower case, separated by
 * commas.
 */
public enum Need {
    /**
     * {@code KAFKA_URL}, for {@code kafka+ssl://} the certificates, and where the client is a user {@code
     * KAFKA_USERNAME}, {@code KAFKA_PASSWORD} and {@code KAFKA_SASL_MECHANISM}. {@code KAFKA_PREFIX} is optional.
     */
    KAFKA,
    // fork: audit
    /** {@code AUDIT_MASTER_KEY}, and {@code AUDIT_MASTER_KEY_PREVIOUS} during a rotation. */
    MASTER_KEY,
    // fork: end
    /** {@code DATABASE_URL}. */
    DATABASE,
    /** {@code PORT}. A process that does not require it uses it if it is set. */
    PORT
}
