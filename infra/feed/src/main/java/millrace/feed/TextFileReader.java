package millrace.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Reads the lines of a text file. It detects gzip from the first bytes, and UTF-16 from a byte order mark or from zero
 * bytes. In other files each line is UTF-8 if it is valid, else Windows-1252, which contains all printable characters
 * of ISO 8859-1. Only the first {@value #MAX_CHARS} characters of a line are kept.
 */
final class TextFileReader implements AutoCloseable {
    static final int MAX_CHARS = 65_536;

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int SAMPLE_BYTES = 64;

    private final CountingInputStream file;
    private final Reader chars;
    private final boolean isDecoded;
    private final StringBuilder line = new StringBuilder();
    private long lines;
    private boolean skipLineFeed;

    /**
     * A line without its terminator.
     *
     * @param number from 1
     * @param text at most {@value TextFileReader#MAX_CHARS} characters
     */
    record Line(long number, String text, boolean isTooLong) {
        static final String TOO_LONG = "is longer than %,d characters".formatted(MAX_CHARS);
    }

    /** Closed by {@link #close}. */
    TextFileReader(Path path) throws IOException {
        file = new CountingInputStream(Files.newInputStream(path));
        try {
            var bytes = text(new BufferedInputStream(file));
            var charset = charset(bytes);
            isDecoded = charset != ISO_8859_1;
            chars = new BufferedReader(new InputStreamReader(bytes, charset));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Checks that all files are readable, before anything is sent.
     *
     * @throws FeedException for the first one that is not
     */
    static void check(List<Path> files) {
        for (var file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new FeedException(file + " is not a file that can be read.");
            }
        }
    }

    /** Returns the next line; empty at the end. */
    Optional<Line> next() throws IOException {
        line.setLength(0);
        var isTooLong = false;
        var character = chars.read();
        if (skipLineFeed && character == '\n') {
            character = chars.read();
        }
        skipLineFeed = false;
        if (character < 0) {
            return Optional.empty();
        }
        for (; character >= 0 && character != '\n' && character != '\r'; character = chars.read()) {
            if (line.length() == MAX_CHARS) {
                isTooLong = true;
            } else if (character != 0 || !line.isEmpty()) { // a rotated file may begin with zeros
                line.append((char) character);
            }
        }
        skipLineFeed = character == '\r';
        var text = line.toString();
        return Optional.of(new Line(++lines, isDecoded ? text : decoded(text.getBytes(ISO_8859_1)), isTooLong));
    }

    /** Returns the number of bytes read from the file, before decompression. */
    long position() {
        return file.read;
    }

    @Override
    public void close() throws IOException {
        chars.close();
    }

    /** Decodes valid UTF-8, else Windows-1252. */
    static String decoded(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, WINDOWS_1252);
        }
    }

    private static BufferedInputStream text(BufferedInputStream bytes) throws IOException {
        var start = start(bytes, 2);
        var isCompressed = start.length == 2 && start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
        return isCompressed ? new BufferedInputStream(new GZIPInputStream(bytes)) : bytes;
    }

    /** Detects the charset and skips the byte order mark, if any. */
    private static Charset charset(BufferedInputStream bytes) throws IOException {
        var start = start(bytes, SAMPLE_BYTES);
        if (begins(start, 0xef, 0xbb, 0xbf)) {
            bytes.skipNBytes(3);
            return ISO_8859_1;
        }
        if (begins(start, 0xff, 0xfe)) {
            bytes.skipNBytes(2);
            return UTF_16LE;
        }
        if (begins(start, 0xfe, 0xff)) {
            bytes.skipNBytes(2);
            return UTF_16BE;
        }
        if (hasZerosAt(1, start)) {
            return UTF_16LE;
        }
        return hasZerosAt(0, start) ? UTF_16BE : ISO_8859_1;
    }

    /** Returns true if exactly every second byte is zero, as in Latin text in UTF-16. */
    private static boolean hasZerosAt(int first, byte[] start) {
        for (var i = 0; i < start.length; i++) {
            if ((start[i] == 0) != (i % 2 == first)) {
                return false;
            }
        }
        return start.length > 2;
    }

    private static boolean begins(byte[] start, int... mark) {
        for (var i = 0; i < mark.length; i++) {
            if (i >= start.length || start[i] != (byte) mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] start(BufferedInputStream bytes, int length) throws IOException {
        bytes.mark(length);
        var start = bytes.readNBytes(length);
        bytes.reset();
        return start;
    }

    /** Counts the bytes that are read. */
    private static final class CountingInputStream extends FilterInputStream {
        private long read;

        CountingInputStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = super.read();
            read += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var count = super.read(bytes, offset, length);
            read += Math.max(count, 0);
            return count;
        }
    }
}
