import { COUNTER, type Metric } from '../api/types';
import {
  type BuilderQuery,
  EMPTY_BUILDER,
  EMPTY_QUERY,
  type Query,
  type Selector,
} from '../query/model';
import { writeQuery } from '../url/codec';

/** A query for one series: a gauge's value, or a counter's rate. */
export function queryOf(metric: Metric): Query {
  const selector: Selector = {
    alias: '',
    metric: metric.name,
    filters: Object.entries(metric.tags).map(([tag, value]) => ({ tag, op: '=', value })),
    reading: metric.type === COUNTER ? 'rate' : 'value',
  };
  return { ...EMPTY_QUERY, builder: { ...EMPTY_BUILDER, selectors: [selector] } };
}

/** The parameters of an Explore link that shows all series of a name, or what they are by a tag. */
export function groupQuery(metric: Metric, by: string | null): string {
  const isCounter = metric.type === COUNTER;
  const isHistogram = isCounter && metric.name.endsWith('_bucket');
  const selector: Selector = {
    alias: '',
    metric: metric.name,
    filters: [],
    reading: isHistogram ? 'quantiles' : isCounter ? 'rate' : 'value',
  };
  const combined: Partial<BuilderQuery> =
    by === null
      ? isHistogram
        ? { across: 'sum' }
        : {}
      : { across: isCounter ? 'sum' : 'avg', by: [by] };
  const params = new URLSearchParams();
  writeQuery(
    { ...EMPTY_QUERY, builder: { ...EMPTY_BUILDER, selectors: [selector], ...combined } },
    params,
  );
  return params.toString();
}

/** The parameters of an Explore link that shows one series. */
export function exploreQuery(metric: Metric): string {
  const params = new URLSearchParams();
  writeQuery(queryOf(metric), params);
  return params.toString();
}
