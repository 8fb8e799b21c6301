package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of one platform: data, logs, keys, and what must be the same at the next start. One process at a time holds
 * it. Only its owner can read it.
 */
public final class Home implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;
    private final Properties remembered = new Properties();

    private Home(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Takes the folder and makes it where there is none.
     *
     * @throws CannotStart where it cannot be written, or where another process holds it
     */
    public static Home open(Path path) {
        var folder = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            refuseForeign(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            var home = new Home(folder, FileChannel.open(folder.resolve("lock"), CREATE, READ, WRITE));
            home.take();
            home.read();
            return home;
        } catch (IOException e) {
            throw new CannotStart(
                    "No write access to " + folder
                            + ", where data, logs and keys are kept: set MILLRACE_HOME to a folder of your own.",
                    e);
        }
    }

    /** A file or folder inside. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    /** A folder inside, made where there is none. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder " + folder.resolve(name) + " can be made", e);
        }
    }

    /** Ends what a killed process of the platform has left behind here, and returns the names of what still ran. */
    public List<String> endOrphans() {
        return new Orphans(this).end();
    }

    /** Forgets everything but the logs: the next start is the first. */
    public void clear() {
        vacant("data");
        vacant("platform.properties");
        remembered.clear();
    }

    /** A place inside where nothing is; what was there is removed. */
    Path vacant(String name) {
        var place = folder.resolve(name);
        try (var files = Files.exists(place) ? Files.walk(place) : Stream.<Path>empty()) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(place + " cannot be removed", e);
        }
    }

    /** Writes a file that only its owner can read; it is there whole or not at all. */
    public Path write(String name, String text) {
        try {
            var temporary = folder.resolve(name + ".new");
            Files.createDirectories(temporary.getParent());
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, text);
            return Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(folder.resolve(name) + " cannot be written", e);
        }
    }

    /** The value of that name: the same at every start, made by {@code first} at the first. */
    public synchronized String remember(String name, Supplier<String> first) {
        var value = remembered.getProperty(name);
        return value != null ? value : set(name, first.get());
    }

    /** The folder itself. */
    public Path path() {
        return folder;
    }

    /** A port of loopback that is free now: the same as at the last start where that is possible. */
    public synchronized int port(String name) {
        var last = Integer.parseInt(remembered.getProperty(name, "0"));
        return Integer.parseInt(set(name, Integer.toString(Ports.free(last))));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + folder + " cannot be given back", e);
        }
    }

    /** Nothing of somebody else is to be shut in, mixed with ours, or removed. */
    private static void refuseForeign(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            var names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            names.removeIf(name -> name.endsWith(".log"));
            if (!names.isEmpty() && !names.contains("lock")) {
                throw new CannotStart("The folder " + folder
                        + " holds other things: set MILLRACE_HOME to a folder that is new or empty.");
            }
        }
    }

    private String set(String name, String value) {
        remembered.setProperty(name, value);
        var lines = new StringBuilder();
        remembered.stringPropertyNames().stream()
                .sorted()
                .forEach(key -> lines.append(key + "=" + remembered.getProperty(key) + "\n"));
        write("platform.properties", lines.toString());
        return value;
    }

    private void read() throws IOException {
        var file = folder.resolve("platform.properties");
        if (Files.exists(file)) {
            try (var lines = Files.newBufferedReader(file)) {
                remembered.load(lines);
            }
        }
    }

    private void take() throws IOException {
        try {
            if (lock.tryLock() != null) {
                lock.truncate(0);
                lock.write(ByteBuffer.wrap(
                        Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)));
                return;
            }
        } catch (OverlappingFileLockException e) {
            // This process holds it already: the same sentence.
        }
        var holder = Files.readString(folder.resolve("lock"));
        lock.close();
        throw new CannotStart(
                "The platform in " + folder + " is running already, as process " + holder + ": stop that one first.");
    }
}
