package millrace.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Text files whose encoding nobody wrote down: each line is UTF-8 where it can be, else ISO 8859-1. */
final class Text {
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // its three bytes, read as ISO 8859-1

    private Text() {}

    /** Says of the first file that is not there, before anything is sent. */
    static void check(List<Path> files) {
        for (var file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new CannotFeed(file + " is not a file that can be read.");
            }
        }
    }

    /** Opens a file behind its byte order mark. Its lines still have to be {@link #decoded}. */
    static BufferedReader open(Path file) throws IOException {
        var reader = Files.newBufferedReader(file, ISO_8859_1);
        reader.mark(BYTE_ORDER_MARK.length());
        var start = new char[BYTE_ORDER_MARK.length()];
        var length = reader.read(start);
        if (length < start.length || !BYTE_ORDER_MARK.equals(new String(start))) {
            reader.reset();
        }
        return reader;
    }

    static String decoded(String line) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(line.getBytes(ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return line;
        }
    }
}
