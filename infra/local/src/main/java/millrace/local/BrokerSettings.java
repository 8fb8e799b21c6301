package millrace.local;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Settings of one broker in a cluster of combined brokers and controllers: its listeners and its trust.
 *
 * @param id from 1
 * @param cluster Kafka's id of the cluster
 * @param version of the brokers
 * @param brokerPorts of every broker, the first has id 1
 * @param controllerPorts of every controller, the first has id 1
 */
record BrokerSettings(
        int id,
        String cluster,
        KafkaVersion version,
        List<Integer> brokerPorts,
        List<Integer> controllerPorts,
        Certificates certificates) {
    static final String HOST = "127.0.0.1";

    BrokerSettings with(Certificates others) {
        return new BrokerSettings(id, cluster, version, brokerPorts, controllerPorts, others);
    }

    int port() {
        return brokerPorts.get(id - 1);
    }

    /** Returns the content of its {@code server.properties}. */
    String text(Path data) {
        var brokers = brokerPorts.size();
        var copies = Math.min(brokers, 3);
        return """
                node.id=%d
                process.roles=broker,controller
                controller.quorum.voters=%s
                listeners=SSL://%s,CONTROLLER://%s
                advertised.listeners=SSL://%s
                listener.security.protocol.map=SSL:SSL,CONTROLLER:SSL
                inter.broker.listener.name=SSL
                controller.listener.names=CONTROLLER
                log.dirs=%s
                """.formatted(id, voters(), address(brokerPorts), address(controllerPorts), address(brokerPorts), data)
                + security()
                + """
                auto.create.topics.enable=false
                default.replication.factor=%1$d
                min.insync.replicas=%2$d
                offsets.topic.replication.factor=%1$d
                offsets.topic.num.partitions=4
                transaction.state.log.replication.factor=%1$d
                transaction.state.log.min.isr=%2$d
                transaction.state.log.num.partitions=4
                share.coordinator.state.topic.replication.factor=%1$d
                share.coordinator.state.topic.min.isr=%2$d
                share.coordinator.state.topic.num.partitions=1
                group.coordinator.rebalance.protocols=%3$s
                group.initial.rebalance.delay.ms=0
                group.streams.initial.rebalance.delay.ms=0
                num.network.threads=2
                num.io.threads=2
                background.threads=2
                log.cleaner.dedupe.buffer.size=8388608
                log.segment.bytes=67108864
                """.formatted(copies, Math.max(1, copies - 1), version.rebalanceProtocols());
    }

    private String security() {
        return """
                ssl.client.auth=required
                ssl.endpoint.identification.algorithm=
                ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
                ssl.keystore.type=PEM
                ssl.keystore.certificate.chain=%s
                ssl.keystore.key=%s
                ssl.truststore.type=PEM
                ssl.truststore.certificates=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=false
                super.users=User:admin;User:%s
                """.formatted(
                        oneLine(certificates.broker().certificate()),
                        oneLine(certificates.broker().key()),
                        oneLine(certificates.authority()),
                        certificates.brokerName());
    }

    /** Escapes the line ends of a PEM for a properties file. */
    private static String oneLine(String pem) {
        return pem.strip().replace("\n", "\\n");
    }

    private String address(List<Integer> ports) {
        return HOST + ":" + ports.get(id - 1);
    }

    private String voters() {
        return IntStream.range(0, controllerPorts.size())
                .mapToObj(index -> (index + 1) + "@" + HOST + ":" + controllerPorts.get(index))
                .collect(Collectors.joining(","));
    }
}
