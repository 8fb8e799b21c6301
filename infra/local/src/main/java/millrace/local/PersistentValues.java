package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import millrace.paas.Ports;

/** Values that persist between starts, in a properties file. */
final class PersistentValues {
    private static final String PORT = ".port";

    private final Path file;
    private final Properties values = new Properties();

    PersistentValues(Path file) {
        this.file = file;
        load();
    }

    /** Reads the file if it exists. */
    synchronized void load() {
        if (Files.exists(file)) {
            try (var lines = Files.newBufferedReader(file)) {
                values.load(lines);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read", e);
            }
        }
    }

    synchronized String get(String name, Supplier<String> first) {
        var value = values.getProperty(name);
        return value != null ? value : set(name, first.get());
    }

    synchronized int port(String name) {
        var last = Integer.parseInt(values.getProperty(name, "0"));
        return Integer.parseInt(set(name, Integer.toString(Ports.free(last))));
    }

    synchronized void removePorts() {
        values.keySet().removeIf(name -> name.toString().endsWith(PORT));
        write();
    }

    synchronized void clear() {
        values.clear();
        write();
    }

    private String set(String name, String value) {
        values.setProperty(name, value);
        write();
        return value;
    }

    private void write() {
        var lines = values.stringPropertyNames().stream()
                .sorted()
                .map(name -> name + "=" + values.getProperty(name) + "\n")
                .collect(Collectors.joining());
        PrivateFile.write(file, lines);
    }
}
