package millrace.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs for this machine, unpacked into the home from the archive on the class path. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}; unpacked at the home's first start. */
    static Path of(Home home) {
        var folder = home.folder("postgres");
        var complete = folder.resolve("unpacked");
        if (!Files.exists(complete)) {
            try (var archive = open()) {
                unpack(archive, folder);
                Files.createFile(complete);
            } catch (IOException e) {
                throw new CannotStart("PostgreSQL cannot be unpacked into " + folder + ": " + e.getMessage(), e);
            }
        }
        return folder;
    }

    private static InputStream open() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        var processor = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        var name = "/postgres-" + system + "-" + processor + ".txz";
        var archive = PostgresBinaries.class.getResourceAsStream(name);
        if (archive == null) {
            throw new CannotStart("This build has no PostgreSQL for " + system + " on " + processor + " (" + name
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
