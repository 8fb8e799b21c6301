package millrace.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads logs line by line, each line once and none kept, and sends every page view in the order of the file. */
@Command(
        name = "access-log",
        description = "Web server logs in combined format: every GET that was answered 200 or 304 is a page view.")
final class AccessLog implements Callable<Integer> {
    /** Two identical lines are told apart while no more than this many different lines lie between them. */
    private static final int REMEMBERED_LINES = 50_000;

    @Mixin
    private Target target;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "In the order of their events.")
    private List<Path> files;

    private long bytes;

    @Override
    public Integer call() throws IOException {
        Text.check(files);
        var report = new Report("access-log");
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var delivery = new Delivery(edge, "/v1/import", Pace.of(target.rate()), report);
        try (var progress = Progress.show(report, size())) {
            for (var file : files) {
                feed(file, delivery, report, progress);
            }
            delivery.flush();
            progress.at(bytes);
        } finally {
            report.print(target.out());
        }
        return 0;
    }

    private void feed(Path file, Delivery delivery, Report report, Progress progress) throws IOException {
        var repeats = new Repeats();
        try (var lines = Text.open(file)) {
            var number = 0L;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                report.read();
                number++;
                bytes += line.length() + 1;
                progress.at(bytes);
                var text = Text.decoded(line);
                var request = AccessLogLine.parse(text);
                if (request.isEmpty()) {
                    report.unreadable(file, number, "is not in combined format");
                } else if (request.get().isPageView()) {
                    delivery.send(pageView(request.get(), Ids.of(text, repeats.before(text))));
                }
            }
        }
    }

    private static Message pageView(AccessLogLine line, String id) {
        var properties = Message.object().put("path", line.path());
        if (!line.referrer().equals("-")) {
            properties.put("referrer", line.referrer());
        }
        var context = Message.object().put("userAgent", line.userAgent());
        return Message.page(id, line.visitor(), line.time(), properties, context);
    }

    private long size() throws IOException {
        var size = 0L;
        for (var file : files) {
            size += Files.size(file);
        }
        return size;
    }

    /** How often each line came before in its file: two equal requests within a second are two page views. */
    private static final class Repeats extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1;

        int before(String line) {
            return merge(Ids.of(line), 1, Integer::sum) - 1;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED_LINES;
        }
    }
}
