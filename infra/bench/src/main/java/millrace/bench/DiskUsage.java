package millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Disk usage of a folder. */
final class DiskUsage {
    private DiskUsage() {}

    /** Returns the bytes of all files in the folder; files that are removed meanwhile do not count. */
    static long bytes(Path folder) {
        var sum = new SimpleFileVisitor<Path>() {
            private long bytes;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException reason) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException reason) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(folder, sum);
            return sum.bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("The size of " + folder + " cannot be determined", e);
        }
    }
}
