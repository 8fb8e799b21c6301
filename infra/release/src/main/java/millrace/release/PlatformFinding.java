package millrace.release;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * Something that is missing on the platform or differs from the catalogue.
 *
 * @param command that corrects it
 * @param mayAppear whether it may exist a little later
 */
record PlatformFinding(String what, String command, boolean mayAppear) {
    static PlatformFinding missing(String what, String command) {
        return new PlatformFinding(what + " is missing", command, true);
    }

    static boolean mayAppear(List<PlatformFinding> findings) {
        return !findings.isEmpty() && findings.stream().allMatch(PlatformFinding::mayAppear);
    }

    /** Message for all findings. */
    static String message(List<PlatformFinding> findings) {
        return findings.stream()
                .map(finding -> "  " + finding.what + ":\n    " + finding.command)
                .collect(joining("\n", "The platform is not as the catalogue says, so the release stops.\n", ""));
    }
}
