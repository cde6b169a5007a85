// node otel.mjs http|proto cumulative|delta URL SERVICE
import {OTLPMetricExporter as HttpExporter, AggregationTemporalityPreference} from '@opentelemetry/exporter-metrics-otlp-http';
import {OTLPMetricExporter as ProtoExporter} from '@opentelemetry/exporter-metrics-otlp-proto';
import {resourceFromAttributes} from '@opentelemetry/resources';
import {AggregationType, MeterProvider, PeriodicExportingMetricReader} from '@opentelemetry/sdk-metrics';

const [encoding, temporality, url, service] = process.argv.slice(2);
const Exporter = encoding === 'proto' ? ProtoExporter : HttpExporter;
const exporter = new Exporter({
  url,
  temporalityPreference:
    temporality === 'delta' ? AggregationTemporalityPreference.DELTA : AggregationTemporalityPreference.CUMULATIVE,
});
const provider = new MeterProvider({
  resource: resourceFromAttributes({
    'service.name': service,
    'service.instance.id': 7,
    'deployment.flags': ['a', 'b'],
    'process.pid': 42,
  }),
  readers: [new PeriodicExportingMetricReader({exporter, exportIntervalMillis: 60_000})],
  views: [
    {
      instrumentName: 'exponential.size',
      aggregation: {type: AggregationType.EXPONENTIAL_HISTOGRAM, options: {maxSize: 160, recordMinMax: true}},
    },
  ],
});
const meter = provider.getMeter('example', '1.2.3');
const counter = meter.createCounter('requests.total', {unit: '1', description: 'all of them'});
const upDown = meter.createUpDownCounter('queue.length');
const gauge = meter.createGauge('temperature');
const histogram = meter.createHistogram('latency', {advice: {explicitBucketBoundaries: [0.5, 1, 10]}});
const exponential = meter.createHistogram('exponential.size');
meter.createObservableCounter('cpu.time').addCallback((result) => result.observe(12.5, {core: 0}));

counter.add(3, {route: '/a', ok: true});
upDown.add(4);
gauge.record(21.5, {room: 'é'});
histogram.record(0.25);
histogram.record(1);
exponential.record(4);
await provider.forceFlush();
counter.add(2, {route: '/a', ok: true});
upDown.add(-1);
gauge.record(-3, {room: 'é'});
histogram.record(100);
exponential.record(4);
exponential.record(100);
await provider.shutdown();
