package millrace.paas;

/**
 * Config vars that a part of a service reads itself. {@link java.util.ServiceLoader} finds it; it reads the variables
 * once at the start of the service, before any other code of it, so that their problems are reported together with
 * those of the platform's variables.
 */
public interface ServiceVars {
    /** Reads each variable; {@code vars} collects the problems. */
    void read(ConfigVars vars);
}
