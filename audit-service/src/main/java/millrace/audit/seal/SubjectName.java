package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a subject is called in the table of keys: as in the record, where PostgreSQL can index that, else by its hash. */
final class SubjectName {
    private static final int LONGEST = 512;

    static final SortedSet<String> NONE = Collections.unmodifiableSortedSet(new TreeSet<>());

    private SubjectName() {}

    static SortedSet<String> of(Set<String> names) {
        return names.stream().map(SubjectName::of).collect(Collectors.toCollection(TreeSet::new));
    }

    static String of(String name) {
        var fits = name.length() <= LONGEST
                && name.indexOf('\0') < 0
                && UTF_8.newEncoder().canEncode(name);
        return fits
                ? name
                : "sha256:" + HexFormat.of().formatHex(AesGcm.sha256().digest(name.getBytes(UTF_8)));
    }
}
