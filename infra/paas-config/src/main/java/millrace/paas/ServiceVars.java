package millrace.paas;

/**
 * Config vars that a part of a service reads itself. It is found by {@link java.util.ServiceLoader}, and reads them once
 * when the service starts, before anything else of it: what is wrong with any of them is said together with what is wrong
 * with the platform's.
 */
public interface ServiceVars {
    /** Reads each variable, so that {@code vars} collects what is wrong. */
    void read(ConfigVars vars);
}
