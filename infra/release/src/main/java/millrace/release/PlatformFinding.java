package millrace.release;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * Something that the platform lacks or has otherwise than the catalogue says.
 *
 * @param command what puts it right
 * @param mayCome whether it may be there a little later
 */
record PlatformFinding(String what, String command, boolean mayCome) {
    static PlatformFinding missing(String what, String command) {
        return new PlatformFinding(what + " is missing", command, true);
    }

    static boolean mayCome(List<PlatformFinding> findings) {
        return !findings.isEmpty() && findings.stream().allMatch(PlatformFinding::mayCome);
    }

    /** One message for all of them. */
    static String message(List<PlatformFinding> findings) {
        return findings.stream()
                .map(finding -> "  " + finding.what + ":\n    " + finding.command)
                .collect(joining("\n", "The platform is not as the catalogue says, so the release stops.\n", ""));
    }
}
