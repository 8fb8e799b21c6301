package millrace.console.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;
import millrace.events.Sha256;

/** Files of the pages: those of this module, and the scripts that are in the jars of libraries. */
final class PageFiles {
    private static final String PAGE = "/millrace/console/page";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final Properties libraries = new Properties();
    private final Map<String, File> files = new LinkedHashMap<>();

    /** @param tag changes with the content */
    record File(String type, byte[] gzip, String tag) {}

    PageFiles() {
        try (var list = PageFiles.class.getResourceAsStream("/millrace/console/libraries.properties")) {
            libraries.load(list);
        } catch (IOException e) {
            throw new UncheckedIOException("The list of libraries cannot be read", e);
        }
    }

    /** @param path such as {@code /app.js} */
    synchronized Optional<File> find(String path) {
        if (!files.containsKey(path)) {
            read(path).ifPresent(file -> files.put(path, file));
        }
        return Optional.ofNullable(files.get(path));
    }

    private Optional<File> read(String path) {
        if (!path.matches("(/[a-z0-9-]+){1,3}\\.(html|js|css|svg)")) {
            return Optional.empty();
        }
        var library = libraries.getProperty(path);
        var resource = library == null ? PAGE + path : "/" + library.strip();
        try (var content = PageFiles.class.getResourceAsStream(resource)) {
            if (content == null) {
                return Optional.empty();
            }
            var bytes = content.readAllBytes();
            var zipped = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(zipped)) {
                gzip.write(bytes);
            }
            return Optional.of(new File(
                    TYPES.get(path.substring(path.lastIndexOf('.') + 1)),
                    zipped.toByteArray(),
                    '"' + HexFormat.of().formatHex(Sha256.hash(bytes), 0, 8) + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }
}
