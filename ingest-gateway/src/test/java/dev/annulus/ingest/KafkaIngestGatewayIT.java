package dev.annulus.ingest;

import dev.annulus.broker.KafkaCluster;

/** The gateway on a Kafka cluster. */
class KafkaIngestGatewayIT extends IngestGatewayContract {

  @Override
  String bootstrapServers() {
    return KafkaCluster.require();
  }
}
