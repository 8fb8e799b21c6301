package millrace.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs for this machine, unpacked from the archive on the class path.
 *
 * @param folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path folder) {
    private static final int ENDS_WITHIN_SECONDS = 60;

    /** Returns the programs in the data directory; unpacks them at its first start. */
    static PostgresBinaries of(DataDirectory directory) {
        var folder = directory.folder("postgres");
        var complete = folder.resolve("unpacked");
        if (!Files.exists(complete)) {
            try (var archive = archive().openStream()) {
                unpack(archive, folder);
                Files.createFile(complete);
            } catch (IOException e) {
                throw new StartException("PostgreSQL cannot be unpacked into " + folder + ": " + e.getMessage(), e);
            }
        }
        return new PostgresBinaries(folder);
    }

    /**
     * Runs a program to its end. PostgreSQL refuses to run as root: for root it runs in a user namespace, without the
     * rights of root.
     *
     * @throws StartException if it fails or does not end within a minute
     */
    void run(LogFile log, String program, Object... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(folder.resolve("bin").resolve(program).toString());
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
        builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
        try {
            var process = builder.start();
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            } else if (process.exitValue() == 0) {
                return;
            }
        } catch (IOException e) {
            throw new StartException("PostgreSQL needs " + command.getFirst() + ", which cannot be run here.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StartException("PostgreSQL does not start, " + program + " failed:\n" + log.lastLines(20));
    }

    /** Location of the archive on the class path. */
    static URL archive() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        var processor = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        var name = "/postgres-" + system + "-" + processor + ".txz";
        var archive = PostgresBinaries.class.getResource(name);
        if (archive == null) {
            throw new StartException("This build has no PostgreSQL for " + system + " on " + processor + " (" + name
                    + "): build it on this machine.");
        }
        return archive;
    }

    private static void unpack(InputStream archive, Path folder) throws IOException {
        try (var files = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (var file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
                unpack(files, file, folder.resolve(file.getName()).normalize());
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry file, Path target) throws IOException {
        if (file.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        if (file.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(file.getLinkName()));
        } else {
            Files.copy(content, target);
            if (target.getParent().endsWith("bin") && !target.toFile().setExecutable(true)) {
                throw new IOException(target + " cannot be made executable");
            }
        }
    }
}
