package millrace.release;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * Something that the platform lacks or has otherwise than the catalogue says.
 *
 * @param command what puts it right
 * @param mayCome whether it may be there a little later
 */
record Finding(String what, String command, boolean mayCome) {
    static Finding missing(String what, String command) {
        return new Finding(what + " is missing", command, true);
    }

    static boolean mayCome(List<Finding> findings) {
        return !findings.isEmpty() && findings.stream().allMatch(Finding::mayCome);
    }

    /** One message for all of them. */
    static String message(List<Finding> findings) {
        return findings.stream()
                .map(finding -> "  " + finding.what + ":\n    " + finding.command)
                .collect(joining("\n", "The platform is not as the catalogue says, so the release stops.\n", ""));
    }
}
