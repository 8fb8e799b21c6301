package millrace.audit;

import java.util.List;
import java.util.Optional;
import millrace.paas.ConfigVars;

/**
 * The package {@code evidence} adds these config vars to the service and these commands to {@code bin/audit}. It is
 * found by its class name, so that a fork deletes the package and its tests and changes nothing else.
 */
public interface EvidenceExtension {
    /** Reads the config vars of the signatures; {@code vars} collects the problems. */
    void read(ConfigVars vars);

    /** The commands, each with picocli's annotation. */
    List<Object> commands();

    /** Empty in a build without the package. */
    static Optional<EvidenceExtension> find() {
        try {
            var type = Class.forName("millrace.audit.evidence.cli.EvidenceCommands");
            return Optional.of((EvidenceExtension) type.getConstructor().newInstance());
        } catch (ClassNotFoundException withoutEvidence) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The package evidence has no public constructor of its extension", e);
        }
    }
}
