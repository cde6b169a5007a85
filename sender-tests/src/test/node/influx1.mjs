// node influx1.mjs PORT SECOND MEASUREMENT: the set-up of influx' README and its example, then
// writes in other precisions.
import {FieldType, InfluxDB} from 'influx';

const [port, second, measurement] = process.argv.slice(2);
const influx = new InfluxDB({
  host: '127.0.0.1',
  port: Number(port),
  database: 'express_response_db',
  schema: [
    {
      measurement,
      fields: {path: FieldType.STRING, duration: FieldType.INTEGER, load: FieldType.FLOAT, ok: FieldType.BOOLEAN},
      tags: ['host'],
    },
  ],
});

const names = await influx.getDatabaseNames();
if (!names.includes('express_response_db')) {
  await influx.createDatabase('express_response_db');
}
await influx.createDatabase('express_response_db');

const at = Number(second);
await influx.writePoints([
  {
    measurement,
    tags: {host: 'server a,b=c'},
    fields: {duration: 23, path: '/a "b"', load: 0.25, ok: true},
    timestamp: new Date(at * 1000),
  },
]);
await influx.writePoints(
  [
    {measurement, tags: {host: 'é'}, fields: {duration: -5, load: 1e-7, ok: false}, timestamp: at},
    {measurement, tags: {host: 'é'}, fields: {load: 1e21}, timestamp: at + 1},
  ],
  {precision: 's'},
);
const hosts = await influx.ping(5000);
if (!hosts.every((host) => host.online)) {
  throw new Error(JSON.stringify(hosts));
}
