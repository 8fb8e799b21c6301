package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Set;
import java.util.SortedSet;

/**
 * What of a value says something about a person.
 *
 * @param names of whom it is about; empty where the value does not say it, several where it has several ids: of one person
 *     or of several
 * @param bounds of each part that is to be sealed the first byte and the one behind the last, in order
 */
record PersonalParts(SortedSet<String> names, int[] bounds) {
    static final PersonalParts NOTHING = new PersonalParts(SubjectName.NONE, new int[0]);

    static PersonalParts whole(byte[] value, SortedSet<String> names) {
        return new PersonalParts(names, new int[] {0, value.length});
    }

    boolean isNothing() {
        return bounds.length == 0;
    }

    /** With names as the table of keys has them. */
    PersonalParts withNames(String nobody) {
        return new PersonalParts(SubjectName.of(names.isEmpty() ? Set.of(nobody) : names), bounds);
    }

    /** Has a key of its own where it is about several: whoever of them is erased, it can be read no more. */
    boolean isOfSeveral() {
        return names.size() > 1;
    }

    /** Name of the key's subject. */
    String subject() {
        if (!isOfSeveral()) {
            return names.first();
        }
        var digest = AesGcm.sha256();
        for (var name : names) {
            var bytes = name.getBytes(UTF_8);
            digest.update((bytes.length + ":").getBytes(UTF_8));
            digest.update(bytes);
        }
        return "several:" + HexFormat.of().formatHex(digest.digest());
    }
}
