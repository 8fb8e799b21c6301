package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import millrace.events.PersonalData;

/**
 * Finds what a record says about a person, by what the catalogue says of the channel's messages. What cannot be read, or is
 * of a type that the channel does not have, is sealed whole where any message of the channel says something about one.
 */
public final class Messages {
    private final Map<String, FieldTree> types = new HashMap<>();
    private final Map<String, List<String>> namesOfChannels = new HashMap<>();

    /** @param types by the value of the header {@code ce_type}, which begins with the channel's name and a dot */
    public Messages(Map<String, PersonalData> types) {
        new TreeMap<>(types).forEach((type, data) -> {
            var channel = type.substring(0, type.indexOf('.'));
            if (!data.isWhole()) {
                this.types.put(type, FieldTree.of(data));
            }
            if (!data.fields().isEmpty()) {
                namesOfChannels.merge(channel, names(data), Messages::and);
            }
        });
    }

    /** @param type value of the header {@code ce_type}; {@code null} where there is none */
    PersonalParts find(String channel, String type, byte[] value) {
        var names = namesOfChannels.get(channel);
        if (names == null || value == null || value.length == 0) {
            return PersonalParts.NOTHING;
        }
        var tree = type != null && type.startsWith(channel + ".") ? types.get(type) : null;
        if (tree == null) {
            return PersonalParts.whole(value, NameSearch.find(value, names));
        }
        try {
            return Finder.find(tree, value);
        } catch (IOException notReadable) {
            return PersonalParts.whole(value, NameSearch.find(value, names));
        }
    }

    /** Under what a value is sealed that names nobody: a person could be anywhere behind the record's key. */
    static String nobody(String channel, byte[] key) {
        return key == null || key.length == 0 ? channel : channel + "/" + new String(key, UTF_8);
    }

    /** Without the fields on the way: in what cannot be read there is none. */
    private static List<String> names(PersonalData data) {
        return data.subject().stream()
                .map(path -> path.substring(path.lastIndexOf('.') + 1))
                .toList();
    }

    private static List<String> and(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }
}
