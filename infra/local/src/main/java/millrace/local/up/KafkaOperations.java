package millrace.local.up;

import java.time.Instant;
import millrace.local.Platform;
import millrace.local.control.KafkaApi;

/** Disturbs the Kafka cluster of a running {@code bin/up} on request. Whatever ends is started again. */
final class KafkaOperations implements KafkaApi.Operations {
    private final Platform platform;
    private final ProcessSupervisor processes;
    private final LocalSettings settings;

    KafkaOperations(Platform platform, ProcessSupervisor processes, LocalSettings settings) {
        this.platform = platform;
        this.processes = processes;
        this.settings = settings;
    }

    @Override
    public String fail(boolean catastrophic) {
        return platform.failBroker(catastrophic).address();
    }

    @Override
    public void replaceCertificates() {
        platform.replaceCertificates();
    }

    @Override
    public void restartBroker(int index) {
        platform.brokers().get(index).stop();
    }

    @Override
    public void restartProcesses() {
        platform.useNewCertificates();
        settings.replaceIdentities();
        settings.write();
        processes.application().forEach(process -> process.renew(Instant.now()));
    }
}
