package millrace.audit.evidence.cli;

import java.util.stream.Collectors;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.evidence.tree.Ed25519;
import picocli.CommandLine.Command;

/** {@code bin/audit key}. */
@Command(
        name = "key",
        description = {
            "Prints the public key that checks the signatures of checkpoints and proofs (X.509, base64).",
            "To verify without trusting this machine, keep a copy of it and set it as AUDIT_PUBLIC_KEY."
        })
final class KeyCommand extends PlatformCommand {
    @Override
    public Integer call() {
        out().println(EvidenceCommands.identity(platform()).keys().stream()
                .map(Ed25519::text)
                .collect(Collectors.joining(",")));
        return 0;
    }
}
