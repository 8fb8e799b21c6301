package millrace.channels;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * A difference between a platform and what the application needs.
 *
 * @param what a sentence without its full stop
 * @param remedy a command or a sentence; empty where there is none
 * @param mayAppear true if it may be gone a little later, because the platform creates topics and groups some time after
 *     the command
 */
public record Finding(Severity severity, String what, String remedy, boolean mayAppear) {
    /** Kind of a finding. */
    public enum Severity {
        /** The application does not work, or loses records. */
        WRONG,
        /** The application works; a loss is more likely, or it works for a limited time. */
        WARNING,
        /** The platform or the permissions do not show it. */
        UNKNOWN
    }

    public static Finding wrong(String what, String remedy) {
        return new Finding(Severity.WRONG, what, remedy, false);
    }

    public static Finding warning(String what, String remedy) {
        return new Finding(Severity.WARNING, what, remedy, false);
    }

    public static Finding unknown(String what, String remedy) {
        return new Finding(Severity.UNKNOWN, what, remedy, false);
    }

    static Finding missing(String what, String command) {
        return new Finding(Severity.WRONG, what + " is missing", command, true);
    }

    /** Returns the finding as one of a part of the application. */
    public Finding of(String part) {
        return new Finding(severity, what + " (of " + part + ")", remedy, mayAppear);
    }

    public boolean isWrong() {
        return severity == Severity.WRONG;
    }

    /** Tells whether there are findings, and all of them may be gone a little later. */
    public static boolean mayAppear(List<Finding> findings) {
        return !findings.isEmpty() && findings.stream().allMatch(Finding::mayAppear);
    }

    /** Text of the findings: a sentence each, and its remedy on the lines below. */
    public static String text(List<Finding> findings) {
        return findings.stream()
                .map(finding -> "  " + finding.what + (finding.remedy.isEmpty() ? "." : ":\n    " + finding.remedy))
                .collect(joining("\n"));
    }
}
