package dev.annulus.sink;

import dev.annulus.broker.KafkaCluster;

/** The job on a Kafka cluster. */
class KafkaRingSinkIT extends RingSinkContract {

  @Override
  String bootstrapServers() {
    return KafkaCluster.require();
  }
}
