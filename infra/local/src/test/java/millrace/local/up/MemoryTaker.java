package millrace.local.up;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A process that takes 110 MiB, and 100 MiB more when a file exists. */
final class MemoryTaker {
    private static final long CREATED_WITHIN_SECONDS = 120;

    private MemoryTaker() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var taken = new ArrayList<byte[]>();
        taken.add(mebibytes(110));
        System.out.println("has 110 MiB");
        awaitFile(Path.of(arguments[0]));
        taken.add(mebibytes(100));
        System.out.println(
                "has " + taken.stream().mapToInt(bytes -> bytes.length >> 20).sum() + " MiB");
        Thread.currentThread().join();
    }

    /** Waits until the system says that the file was created. */
    private static void awaitFile(Path file) throws IOException, InterruptedException {
        try (var changes = FileSystems.getDefault().newWatchService()) {
            file.toAbsolutePath().getParent().register(changes, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                var change = changes.poll(CREATED_WITHIN_SECONDS, TimeUnit.SECONDS);
                if (change == null) {
                    throw new IllegalStateException("There is no " + file + " after " + CREATED_WITHIN_SECONDS + " s");
                }
                change.reset();
            }
        }
    }

    /** Bytes that are in memory because they were written. */
    private static byte[] mebibytes(int count) {
        var bytes = new byte[count << 20];
        Arrays.fill(bytes, (byte) 1);
        return bytes;
    }
}
