package millrace.audit.evidence;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import millrace.audit.evidence.tree.Ed25519;
import millrace.audit.evidence.tree.SigningKey;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The identity of the archive and its signing keys, by config vars. */
@Singleton
public class ArchiveSettings {
    private final String prefix;
    private final Function<String, Optional<String>> vars;

    @Inject
    ArchiveSettings(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix, Config config) {
        this(prefix.orElse(""), name -> config.getOptionalValue(name, String.class));
    }

    /**
     * @param prefix of the platform's topics
     * @param vars config vars by name
     */
    public ArchiveSettings(String prefix, Function<String, Optional<String>> vars) {
        this.prefix = prefix;
        this.vars = vars;
    }

    @Produces
    static InstantSource clock() {
        return InstantSource.system();
    }

    /** @throws IllegalArgumentException with a sentence if a config var cannot be read */
    public ArchiveIdentity identity() {
        return new ArchiveIdentity(
                prefix,
                keys(),
                parsed("AUDIT_CHECKPOINTS_KEPT", "a duration such as P7D", Duration::parse),
                parsed("AUDIT_RETENTION", "a period of whole months such as P13M", Period::parse));
    }

    /**
     * The signing keys, which only a process needs that adds to the log: the current key first, then the one that it replaces.
     *
     * @throws IllegalArgumentException with a sentence if one cannot be read
     */
    public List<SigningKey> signingKeys() {
        return Stream.concat(
                        Stream.of(vars.apply(SigningKey.VAR).orElse("")), vars.apply(SigningKey.PREVIOUS_VAR).stream())
                .map(SigningKey::parse)
                .toList();
    }

    /** Without {@code AUDIT_PUBLIC_KEY} the public keys of the signing keys. */
    private List<Ed25519> keys() {
        return vars.apply("AUDIT_PUBLIC_KEY")
                .map(Ed25519::parseAll)
                .orElseGet(
                        () -> signingKeys().stream().map(SigningKey::publicKey).toList());
    }

    private <T> Optional<T> parsed(String name, String expected, Function<String, T> parser) {
        try {
            return vars.apply(name).map(parser);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " cannot be read; expected " + expected + ".", e);
        }
    }
}
