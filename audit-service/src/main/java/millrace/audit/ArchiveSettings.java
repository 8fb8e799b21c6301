package millrace.audit;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Period;
import java.util.Optional;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.SigningKey;
import millrace.audit.verify.Verify;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The identity of the archive and its signing key, from the config vars; read at the start. */
@Singleton
class ArchiveSettings {
    private final Verify.ArchiveIdentity identity;
    private final SigningKey signingKey;

    ArchiveSettings(
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            @ConfigProperty(name = SigningKey.VAR) Optional<String> signingKey,
            @ConfigProperty(name = "AUDIT_PUBLIC_KEY") Optional<String> publicKey,
            @ConfigProperty(name = "AUDIT_CHECKPOINTS_KEPT") Optional<String> kept,
            @ConfigProperty(name = "AUDIT_RETENTION") Optional<String> retention) {
        this.signingKey = SigningKey.parse(signingKey.orElse(""));
        var key = publicKey.map(Ed25519::parse).orElse(this.signingKey.publicKey());
        this.identity = new Verify.ArchiveIdentity(
                prefix.orElse(""), key, kept.map(Duration::parse), retention.map(Period::parse));
    }

    Verify.ArchiveIdentity identity() {
        return identity;
    }

    SigningKey signingKey() {
        return signingKey;
    }
}
