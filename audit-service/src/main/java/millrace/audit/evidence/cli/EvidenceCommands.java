package millrace.audit.evidence.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import millrace.audit.EvidenceExtension;
import millrace.audit.cli.AuditPlatform;
import millrace.audit.cli.CommandFailed;
import millrace.audit.evidence.ArchiveIdentity;
import millrace.audit.evidence.ArchiveSettings;
import millrace.audit.evidence.tree.Ed25519;
import millrace.audit.evidence.tree.SigningKey;
import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;

/** The config vars and commands of the evidence: {@code AUDIT_SIGNING_KEY} is required, the others are optional. */
public final class EvidenceCommands implements EvidenceExtension {
    @Override
    public void read(ConfigVars vars) {
        try {
            SigningKey.parse(vars.text(SigningKey.VAR).orElse(""));
        } catch (IllegalArgumentException e) {
            vars.refuse(e.getMessage());
        }
        vars.optional(
                SigningKey.PREVIOUS_VAR,
                "the key that AUDIT_SIGNING_KEY replaces",
                text -> key(text, SigningKey::parse, "is no private key of Ed25519"));
        vars.optional(
                "AUDIT_PUBLIC_KEY",
                "what bin/audit key prints, or several of them with commas",
                text -> key(text, Ed25519::parseAll, "is no public key of Ed25519 (X.509, base64)"));
        vars.optional("AUDIT_CHECKPOINTS_KEPT", "a duration such as P7D", EvidenceCommands::duration);
    }

    @Override
    public List<Object> commands() {
        return List.of(
                new VerifyCommand(),
                new ProveCommand(),
                new WitnessCommand(),
                new AcceptBackupCommand(),
                new AcceptTruncationCommand(),
                new KeyCommand());
    }

    static ArchiveIdentity identity(AuditPlatform platform) {
        return setting(platform, ArchiveSettings::identity);
    }

    static List<SigningKey> signingKeys(AuditPlatform platform) {
        return setting(platform, ArchiveSettings::signingKeys);
    }

    private static <T> T setting(AuditPlatform platform, Function<ArchiveSettings, T> setting) {
        try {
            return setting.apply(new ArchiveSettings(platform.prefix(), platform::var));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    private static <T> T key(String text, Function<String, T> parser, String problem) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigVar(problem);
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException notATime) {
            throw new InvalidConfigVar("cannot be read");
        }
    }
}
