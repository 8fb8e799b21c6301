package millrace.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Sends the page views of web server logs in the order of their times across all files. It reads line by line, a
 * bounded number of lines ahead.
 */
@Command(
        name = "access-log",
        description = {
            "Web server logs: every GET that was answered 200 or 304 is a page view.",
            "Each file is in common or combined format, with or without virtual hosts and further fields, or has one JSON"
                    + " object a line, as nginx, Caddy or Traefik write it; compressed with gzip or not. Lines in"
                    + " no known format are reported and not sent."
        })
final class AccessLogFeed implements Callable<Integer> {
    /** Limit of files that are open at the same time, each with its lookahead. */
    private static final int MAX_FILES = 1_000;

    @Mixin
    private TargetOptions target;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of times without one, like Europe/London. Default: UTC.")
    private ZoneId zone = ZoneId.of("UTC");

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "In any order: they are merged by their times. At most " + MAX_FILES + ".")
    private List<Path> files;

    private final FeedReport report = new FeedReport("access-log");
    private long bytesOfReadFiles;

    @Override
    public Integer call() throws IOException {
        TextFileReader.check(files);
        if (files.size() > MAX_FILES) {
            throw new FeedException(
                    "%d files at once are too many: give at most %d.".formatted(files.size(), MAX_FILES));
        }
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var feedRate = FeedRate.of(target.rate());
        try (var sender = target.sender(edge, "/v1/import", feedRate, report, order -> {});
                var progress = FeedProgress.show(report, size())) {
            feed(sender, progress);
            sender.flush();
            progress.at(size());
        } finally {
            report.print(target.out());
        }
        return target.printProblems(report.problems("access log"));
    }

    private void feed(EdgeSender sender, FeedProgress progress) throws IOException {
        var logs = new ArrayList<AccessLogReader>();
        try {
            var now = Instant.now();
            for (var file : files) {
                logs.add(new AccessLogReader(logs.size(), file, zone, now, report));
            }
            var byTime = new PriorityQueue<AccessLogReader>(
                    Comparator.comparing(AccessLogReader::nextTime).thenComparing(AccessLogReader::number));
            byTime.addAll(logs);
            while (!byTime.isEmpty()) {
                step(byTime, sender);
                progress.at(bytesOfReadFiles + open(byTime));
            }
        } finally {
            for (var log : logs) {
                log.close();
            }
        }
    }

    /** Sends the earliest request, or opens the file that contains it. */
    private void step(PriorityQueue<AccessLogReader> byTime, EdgeSender sender) throws IOException {
        var log = byTime.remove();
        var wasOpen = log.isOpen();
        var entry = log.peek();
        if (entry.isEmpty()) {
            bytesOfReadFiles += log.position();
            log.close();
            return;
        }
        if (wasOpen) {
            send(entry.get(), sender);
            log.advance();
            log.peek();
        }
        byTime.add(log);
    }

    private void send(AccessLogReader.Entry entry, EdgeSender sender) {
        var request = entry.request();
        if (!request.hasZone()) {
            report.remark("times without a zone were read in " + zone + ": --zone names another");
        }
        if (request.page().isPresent()) {
            sender.send(pageView(entry));
        } else {
            report.remark("requests were no page views");
        }
    }

    private static FeedMessage pageView(AccessLogReader.Entry entry) {
        var request = entry.request();
        var properties = FeedMessage.object().put("path", request.page().orElseThrow());
        if (!request.referrer().isEmpty()) {
            properties.put("referrer", request.referrer());
        }
        var context = FeedMessage.object();
        if (!request.userAgent().isEmpty()) {
            context.put("userAgent", request.userAgent());
        }
        return FeedMessage.page(entry.id(), request.visitor(), request.time(), properties, context);
    }

    private static long open(PriorityQueue<AccessLogReader> byTime) {
        return byTime.isEmpty() ? 0 : byTime.peek().position();
    }

    private long size() throws IOException {
        var size = 0L;
        for (var file : files) {
            size += Files.size(file);
        }
        return size;
    }
}
