package millrace.audit.seal;

import java.util.Optional;

/**
 * What of a value says something about a person.
 *
 * @param subject who that is; empty where the value does not say it
 * @param bounds of each part that is to be sealed the first byte and the one behind the last, in order
 */
record Found(Optional<String> subject, int[] bounds) {
    static final Found NOTHING = new Found(Optional.empty(), new int[0]);

    static Found whole(byte[] value, Optional<String> subject) {
        return new Found(subject, new int[] {0, value.length});
    }

    boolean isNothing() {
        return bounds.length == 0;
    }

    /** With who it is as the table of keys has it. */
    Found withSubject(String nobody) {
        return new Found(Optional.of(SubjectName.of(subject.orElse(nobody))), bounds);
    }
}
