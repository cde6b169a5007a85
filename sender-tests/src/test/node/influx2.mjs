// node influx2.mjs URL SECOND MEASUREMENT: @influxdata/influxdb-client and its health checks.
import {InfluxDB, Point} from '@influxdata/influxdb-client';
import {HealthAPI, PingAPI, ReadyAPI} from '@influxdata/influxdb-client-apis';

const [url, second, measurement] = process.argv.slice(2);
const at = Number(second);
const influxDB = new InfluxDB({url, token: 'my-token', timeout: 10_000});

await new PingAPI(influxDB).getPing();
const health = await new HealthAPI(influxDB).getHealth();
if (health.status !== 'pass') {
  throw new Error(JSON.stringify(health));
}
const ready = await new ReadyAPI(influxDB).getReady();
if (ready.status !== 'ready') {
  throw new Error(JSON.stringify(ready));
}

// Nanoseconds; the default tag goes with each point.
const writeApi = influxDB.getWriteApi('my-org', 'my-bucket', 'ns', {gzipThreshold: 1, maxRetries: 0});
writeApi.useDefaultTags({location: 'room 1'});
writeApi.writePoint(
  new Point(measurement)
    .tag('example', 'write,point=x')
    .floatField('value', 20.125)
    .intField('count', -7)
    .uintField('bytes', '18446744073709551615')
    .booleanField('on', true)
    .stringField('text', 'a "quoted" one')
    .timestamp(new Date(at * 1000 + 999)),
);
await writeApi.close();

// Milliseconds and seconds, uncompressed.
const millis = influxDB.getWriteApi('my-org', 'my-bucket', 'ms', {maxRetries: 0});
millis.writePoint(new Point(measurement).floatField('millis', 0.1).timestamp(at * 1000 + 1));
await millis.close();
const seconds = influxDB.getWriteApi('my-org', 'my-bucket', 's', {maxRetries: 0});
seconds.writePoints([
  new Point(measurement).floatField('seconds', 1).timestamp(at),
  new Point(measurement).floatField('seconds', 2).timestamp(at + 1),
]);
seconds.writeRecord(`${measurement} record=3i ${at}`);
await seconds.close();
