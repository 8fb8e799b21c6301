package millrace.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Settings of a plain Kafka client, from the config vars alone. */
final class PlainKafkaClient {
    private PlainKafkaClient() {}

    static Map<String, Object> client(Map<String, String> configVars) {
        var client = new HashMap<String, Object>();
        client.put("bootstrap.servers", configVars.get("KAFKA_URL").replace("kafka+ssl://", ""));
        client.put("security.protocol", "SSL");
        client.put("ssl.endpoint.identification.algorithm", "");
        client.put("ssl.truststore.type", "PEM");
        client.put("ssl.truststore.certificates", configVars.get("KAFKA_TRUSTED_CERT"));
        client.put("ssl.keystore.type", "PEM");
        client.put("ssl.keystore.certificate.chain", configVars.get("KAFKA_CLIENT_CERT"));
        client.put("ssl.keystore.key", pkcs8(configVars.get("KAFKA_CLIENT_CERT_KEY")));
        client.put("group.id", configVars.getOrDefault("KAFKA_PREFIX", "") + "orders");
        client.put("auto.offset.reset", "earliest");
        client.put("key.serializer", StringSerializer.class);
        client.put("value.serializer", StringSerializer.class);
        client.put("key.deserializer", StringDeserializer.class);
        client.put("value.deserializer", StringDeserializer.class);
        return client;
    }

    private static String pkcs8(String pkcs1) {
        if (!pkcs1.contains("BEGIN RSA PRIVATE KEY")) {
            return pkcs1;
        }
        var text = new StringWriter();
        try (var parser = new PEMParser(new StringReader(pkcs1));
                var writer = new PemWriter(text)) {
            var key = ((PEMKeyPair) parser.readObject()).getPrivateKeyInfo();
            writer.writeObject(new PemObject("PRIVATE KEY", key.getEncoded()));
        } catch (IOException e) {
            throw new IllegalArgumentException("No key", e);
        }
        return text.toString();
    }
}
