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

/** Reads logs line by line, a bounded number ahead, and sends every page view in the order of the times of all logs. */
@Command(
        name = "access-log",
        description = {
            "Web server logs: every GET that was answered 200 or 304 is a page view.",
            "Each file is in common or combined format, with or without virtual hosts and further fields, or has one JSON"
                    + " object a line, as nginx, Caddy or Traefik write it; compressed with gzip or not. What is in no"
                    + " known format is named and not sent."
        })
final class AccessLog implements Callable<Integer> {
    /** Files that may be open at the same time, each with its lines ahead. */
    private static final int MOST_FILES = 1_000;

    @Mixin
    private Target target;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of times that do not say theirs, like Europe/London. Default: UTC.")
    private ZoneId zone = ZoneId.of("UTC");

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "In any order: they are merged by their times. At most " + MOST_FILES + ".")
    private List<Path> files;

    private final Report report = new Report("access-log");
    private long bytesOfReadFiles;

    @Override
    public Integer call() throws IOException {
        TextFile.check(files);
        if (files.size() > MOST_FILES) {
            throw new CannotFeed("%d files at once are too many: give at most %d.".formatted(files.size(), MOST_FILES));
        }
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var pace = Pace.of(target.rate());
        try (var delivery = target.delivery(edge, "/v1/import", pace, report, order -> {});
                var progress = Progress.show(report, size())) {
            feed(delivery, progress);
            delivery.flush();
            progress.at(size());
        } finally {
            report.print(target.out());
        }
        return target.complain(report.complaints("access log"));
    }

    private void feed(Delivery delivery, Progress progress) throws IOException {
        var logs = new ArrayList<LogReader>();
        try {
            var now = Instant.now();
            for (var file : files) {
                logs.add(new LogReader(logs.size(), file, zone, now, report));
            }
            var byTime = new PriorityQueue<LogReader>(
                    Comparator.comparing(LogReader::nextTime).thenComparing(LogReader::number));
            byTime.addAll(logs);
            while (!byTime.isEmpty()) {
                step(byTime, delivery);
                progress.at(bytesOfReadFiles + open(byTime));
            }
        } finally {
            for (var log : logs) {
                log.close();
            }
        }
    }

    /** Sends the earliest request, or opens the log that has it. */
    private void step(PriorityQueue<LogReader> byTime, Delivery delivery) throws IOException {
        var log = byTime.remove();
        var wasOpen = log.isOpen();
        var entry = log.peek();
        if (entry.isEmpty()) {
            bytesOfReadFiles += log.position();
            log.close();
            return;
        }
        if (wasOpen) {
            send(entry.get(), delivery);
            log.advance();
            log.peek();
        }
        byTime.add(log);
    }

    private void send(LogReader.Entry entry, Delivery delivery) {
        var request = entry.request();
        if (!request.hasZone()) {
            report.remark("times without a zone were read in " + zone + ": --zone names another");
        }
        if (request.page().isPresent()) {
            delivery.send(pageView(entry));
        } else {
            report.remark("requests were no page views");
        }
    }

    private static Message pageView(LogReader.Entry entry) {
        var request = entry.request();
        var properties = Message.object().put("path", request.page().orElseThrow());
        if (!request.referrer().isEmpty()) {
            properties.put("referrer", request.referrer());
        }
        var context = Message.object();
        if (!request.userAgent().isEmpty()) {
            context.put("userAgent", request.userAgent());
        }
        return Message.page(entry.id(), request.visitor(), request.time(), properties, context);
    }

    private static long open(PriorityQueue<LogReader> byTime) {
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
