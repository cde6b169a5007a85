// node kafka.mjs BROKER SECOND NAME COMPRESSION: as KafkaJS' documentation says. One committed
// transaction, one aborted, then plain records.
import kafkajs from 'kafkajs';

const {CompressionCodecs, CompressionTypes, Kafka, logLevel} = kafkajs;
const [broker, second, name, compression] = process.argv.slice(2);
const at = Number(second);

if (compression === 'Snappy') {
  const {default: SnappyCodec} = await import('kafkajs-snappy');
  CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec;
}
if (compression === 'LZ4') {
  const {default: LZ4} = await import('kafkajs-lz4');
  CompressionCodecs[CompressionTypes.LZ4] = new (LZ4.default ?? LZ4)().codec;
}
if (compression === 'ZSTD') {
  const {Zstd} = await import('@hpcc-js/wasm-zstd');
  const zstd = await Zstd.load();
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder) => Buffer.from(zstd.compress(encoder.buffer)),
    decompress: async (buffer) => Buffer.from(zstd.decompress(buffer)),
  });
}

const kafka = new Kafka({clientId: 'my-app', brokers: [broker], logLevel: logLevel.ERROR});
const sample = (ts, value, tags) => ({
  key: name,
  value: JSON.stringify({name, type: 'gauge', ts, value, tags}),
});
const send = (to, ...messages) =>
  to.send({topic: 'samples', compression: CompressionTypes[compression], messages});

const transactional = kafka.producer({
  transactionalId: `${name}-transactions`,
  maxInFlightRequests: 1,
  idempotent: true,
});
await transactional.connect();
const committed = await transactional.transaction();
await send(committed, sample(at, 1.5, {in: 'committed'}), sample(at + 1, -2, {in: 'committed'}));
await committed.commit();
const aborted = await transactional.transaction();
await send(aborted, sample(at, 66, {in: 'aborted'}), sample(at, 66, {in: 'committed'}));
await aborted.abort();
await transactional.disconnect();

const producer = kafka.producer();
await producer.connect();
await send(
  producer,
  ...Array.from({length: 50}, (_, i) => sample(at - i, i, {in: 'plain', host: 'host-é'})),
);
await producer.disconnect();
